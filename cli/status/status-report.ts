import type { BridgeReport, UnreadableReport } from '../../domain/cutover/bridge-report.js';
import type { RunningStep } from '../../domain/grading/running-step.js';
import type { SweepReport } from '../../domain/grading/sweep-report.js';
import type { QueueLook } from '../../platform/amqp/look-at-queue.js';
import type { StatusCount } from '../../platform/postgres/submission-figures.js';
import type { GradingFigures } from '../../platform/temporal/grading-figures.js';
import type { StuckWorkflow } from '../../platform/temporal/stuck-workflows.js';
import type { ListedWorker } from '../../platform/temporal/worker-list.js';
import type { UnseenWorker, WorkerReport } from '../../platform/worker-reports.js';

/** A part that could not be read says why; the others are shown all the same. */
export type Seen<Value> = { readonly value: Value } | { readonly unseen: string };

export interface StatusReport {
  readonly at: Date;
  /** Counts what closed since then. */
  readonly since: Date;
  readonly queue: string;
  readonly broker: Seen<BrokerStatus>;
  readonly platform: Seen<PlatformStatus>;
  /** Undefined where the namespace is that of the database, as it should be; else whose it is. */
  readonly foreign?: string;
  readonly gradings: Seen<GradingFigures>;
  readonly running: Seen<RunningStatus>;
  readonly workers: Seen<WorkersStatus>;
  readonly lastError: Seen<LastError | null>;
  /** Workflows whose own code fails again and again. */
  readonly stuck?: Seen<readonly StuckWorkflow[]>;
  /** What the sweeper found last; undefined where it has not run. */
  readonly sweep?: Seen<SweepReport | undefined>;
}

export interface BrokerStatus {
  /** Undefined if there is no such queue. */
  readonly main: QueueLook | undefined;
  readonly legacy: QueueLook | undefined;
  /** Why the legacy workers' broker does not answer, where it is another one. */
  readonly legacyUnseen?: string;
  readonly quarantine: QueueLook | undefined;
  readonly bridges: readonly BridgeReport[];
  readonly unreadableBridges: readonly UnreadableReport[];
  /** Why no bridge could be asked, such as an alarm of the broker. */
  readonly bridgesUnseen?: string;
}

export interface PlatformStatus {
  readonly ungraded: number;
  readonly handedInLastMinute: number;
  readonly byStatus: readonly StatusCount[];
}

export interface RunningStatus {
  readonly lookedInto: number;
  readonly bySteps: Readonly<Partial<Record<RunningStep, number>>>;
  /** Gradings at notify, in their second or later attempt. */
  readonly backendRetrying: number;
  readonly oldestSeconds: number;
}

export interface WorkersStatus {
  /** Host queues that are polled. */
  readonly hosts: readonly string[];
  /** Heard from until lately, and did not say that they stop. */
  readonly silent: readonly ListedWorker[];
  readonly pollers: { readonly workflows: number; readonly activities: number; readonly containers: number };
  readonly pools: readonly (WorkerReport | UnseenWorker)[];
  /** What workers tell Temporal of themselves; empty where the server keeps no list. */
  readonly listed: readonly ListedWorker[];
  /** Tasks waiting for a worker or a container. */
  readonly backlog: number;
}

export interface LastError {
  /** Undefined where Temporal has not noted it. */
  readonly at: Date | undefined;
  readonly workflowId: string;
  readonly step: string;
  readonly reason: string;
  /** It will be retried. */
  readonly isRetried: boolean;
}
