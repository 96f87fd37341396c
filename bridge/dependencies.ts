import type { SubmissionHeader } from '../platform/postgres/submission-store.js';
import type { Logger } from '../platform/process/logger.js';
import type { Tracing } from '../platform/process/tracing.js';
import type { Settings } from '../platform/settings/settings.js';
import type { BridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import type { TaskBacklog } from '../platform/temporal/task-backlog.js';
import type { ControlFile } from './control-file.js';

/** Everything a bridge needs from outside; made by main.ts, and by tests on the real services. */
export interface BridgeDependencies {
  /** Shown where several bridges are told apart. */
  readonly id: string;
  readonly settings: Pick<
    Settings,
    | 'amqpUrl'
    | 'queue'
    | 'legacyQueue'
    | 'legacyAmqpUrl'
    | 'bridgeSetting'
    | 'bridgePrefetch'
    | 'routerPrefetch'
    | 'bridgeBacklogLimit'
    | 'failOpenAfterMs'
    | 'bridgeHealthPort'
    | 'healthHost'
    | 'shutdownGraceMs'
  >;
  readonly starter: GradingStarter;
  /** Where mode and share are set; until somebody has set them, those of the settings hold. */
  readonly control: BridgeControlStore;
  readonly controlFile: ControlFile;
  /** For back-pressure. */
  readonly readBacklog: () => Promise<TaskBacklog>;
  /** One row of the database. */
  readonly findHeader: (submissionId: number) => Promise<SubmissionHeader | undefined>;
  /** Around each message; undefined where no traces are wanted. */
  readonly tracing: Pick<Tracing, 'consume'> | undefined;
  readonly log: Logger;
}
