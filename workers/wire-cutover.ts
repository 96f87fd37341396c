import type { CutoverActivities } from '../activities/cutover.js';
import { createCutoverActivities } from '../activities/cutover.js';
import type { BridgeReport } from '../domain/cutover/bridge-report.js';
import { collectBridgeReports } from '../platform/amqp/bridge-reports.js';
import { connectBroker } from '../platform/amqp/broker-connection.js';
import { closeConnection } from '../platform/amqp/close-connection.js';
import { measureCutover } from '../platform/cutover-measurements.js';
import { withDeadline } from '../platform/deadline.js';
import { measureParity } from '../platform/parity.js';
import type { Database } from '../platform/postgres/database.js';
import type { Logger } from '../platform/process/logger.js';
import type { Settings } from '../platform/settings/settings.js';
import { createBridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import type { TemporalClient } from '../platform/temporal/connection.js';

const reportTimeoutMs = 1_000;
/** A broker under an alarm takes no question. */
const askTimeoutMs = 10_000;

/** The activities of cutovers on the real platform. Nothing connects before a cutover is started. */
export function wireCutover(
  settings: Settings,
  database: Database,
  temporal: TemporalClient,
  log: Logger,
): CutoverActivities {
  return createCutoverActivities({
    control: (queue) => createBridgeControlStore(temporal, queue),
    reports: (queue) => withDeadline('ask the bridges', askTimeoutMs, reports(settings, queue, log)),
    measure: (metrics, since) =>
      measureCutover(
        {
          temporal,
          database,
          parity: (from) => measureParity(temporal, settings, from, new Date()),
        },
        metrics,
        since,
      ),
  });
}

async function reports(settings: Settings, queue: string, log: Logger): Promise<readonly BridgeReport[]> {
  const connection = await connectBroker(settings.amqpUrl, 'grading-worker cutover');
  try {
    const { reports: read, unreadable } = await collectBridgeReports(connection, queue, {
      timeoutMs: reportTimeoutMs,
    });
    // The gates must be looked at all the same; what such a bridge does is missing in the observed share alone.
    for (const { id, why } of unreadable) log.warn({ bridge: id, why, queue }, 'unreadable bridge report');
    return read;
  } finally {
    await closeConnection(connection);
  }
}
