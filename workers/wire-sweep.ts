import type { ChannelModel } from 'amqplib';
import type { SweepActivities } from '../activities/sweep-submissions.js';
import { createSweepActivities } from '../activities/sweep-submissions.js';
import type { SweepInput, SweepReport } from '../domain/grading/sweep-report.js';
import { connectBroker } from '../platform/amqp/broker-connection.js';
import { closeConnection } from '../platform/amqp/close-connection.js';
import type { Database } from '../platform/postgres/database.js';
import { createSubmissionList } from '../platform/postgres/submission-list.js';
import type { Logger } from '../platform/process/logger.js';
import type { Secret } from '../platform/settings/secret.js';
import type { Settings } from '../platform/settings/settings.js';
import { sweepOnce } from '../platform/sweep-once.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';
import { forgetSweeps } from '../platform/temporal/sweep-schedule.js';
import { readTaskBacklog } from '../platform/temporal/task-backlog.js';

/** The sweeper on the real platform. A broker is connected for each turn. */
export function wireSweep(
  settings: Settings,
  database: Database,
  temporal: TemporalClient,
  log: Logger,
): SweepActivities {
  const submissions = createSubmissionList(database);
  const starter: GradingStarter = createGradingStarter(temporal, log);
  const room = async () => settings.bridgeBacklogLimit - (await readTaskBacklog(temporal)).count;
  const sweepSubmissions = async (input: SweepInput): Promise<SweepReport> => {
    const opened: ChannelModel[] = [];
    const connect = async (url: Secret): Promise<ChannelModel> => {
      const connection = await connectBroker(url, 'grading-worker sweep');
      opened.push(connection);
      return connection;
    };
    let main: Promise<ChannelModel> | undefined;
    const broker = () => (main ??= connect(settings.amqpUrl));
    const { legacyAmqpUrl } = settings;
    const legacyBroker = legacyAmqpUrl === undefined ? broker : () => connect(legacyAmqpUrl);
    try {
      const report = await sweepOnce(
        { submissions, temporal, settings, broker, legacyBroker, log, starter, room },
        input,
      );
      await forgetSweeps(temporal).catch((err: unknown) => log.debug({ err }, 'older sweeps stay listed'));
      return report;
    } finally {
      await Promise.all(opened.map((connection) => closeConnection(connection)));
    }
  };
  return createSweepActivities({ sweepSubmissions });
}
