import type { ChannelModel } from 'amqplib';
import { errorLine } from '../domain/errors/error-text.js';
import { connectBroker } from '../platform/amqp/broker-connection.js';
import { closeConnection } from '../platform/amqp/close-connection.js';
import { describeDatabase, describePlatform } from '../platform/context/describe-platform.js';
import { findPlatform } from '../platform/context/find-platform.js';
import { withDeadline } from '../platform/deadline.js';
import type { Database, DatabaseOptions } from '../platform/postgres/database.js';
import { createDatabase } from '../platform/postgres/database.js';
import { readPlatformIdentity } from '../platform/postgres/platform-identity.js';
import type { SubmissionList } from '../platform/postgres/submission-list.js';
import { createSubmissionList } from '../platform/postgres/submission-list.js';
import type { Logger } from '../platform/process/logger.js';
import { createLogger } from '../platform/process/logger.js';
import { ReleaseStack } from '../platform/process/release-stack.js';
import { legacyQueueOf } from '../platform/settings/legacy-place.js';
import type { Secret } from '../platform/settings/secret.js';
import type { Settings } from '../platform/settings/settings.js';
import { loadSettings } from '../platform/settings/settings.js';
import type { BridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import { createBridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import {
  createTemporalClient,
  describeLimit,
  TemporalUnreachableError,
} from '../platform/temporal/connection.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';
import { isLimited, isWithoutAnswer } from '../platform/temporal/grpc-status.js';
import { assertNamespace, isNamespaceMissing } from '../platform/temporal/namespace-missing.js';
import { assertOurPlatform } from '../platform/temporal/platform-claim.js';
import { tell } from '../platform/terminal/print.js';

/**
 * What the operators' commands work on: the platform and Temporal, as the settings name them. Each part is made when it
 * is first asked for, so a command has what it needs and no more. Functions take the parts they need by `Pick`.
 */
export interface CommandContext {
  /** Its queue is the command's: `--queue`, else RABBITMQ_QUEUE. */
  readonly settings: Settings;
  /** Which platform it is, in a line. */
  readonly platform: string;
  /** To standard error: standard output is for the command's own answer. */
  readonly log: Logger;
  /** Connects on first use. */
  readonly temporal: TemporalClient;
  /** Connects on first use. */
  readonly database: Database;
  /** A connection that is there; a new one where the last was lost. @throws BrokerUnreachableError */
  broker(): Promise<ChannelModel>;
  /** The one that has the legacy workers' queue: the same, or that of LEGACY_AMQP_URL. @throws BrokerUnreachableError */
  legacyBroker(): Promise<ChannelModel>;
  /** What the bridges of the queue are told. */
  readonly control: BridgeControlStore;
  readonly starter: GradingStarter;
  readonly submissions: SubmissionList;
}

/** A busy server deserves more patience than a bridge has, which asks again by itself. */
const busyServerMs = 12_000;

type DatabasePool = Pick<DatabaseOptions, 'maxConnections' | 'connectTimeoutMs'>;

export interface ContextOptions {
  /** The process's own by default. */
  readonly environment?: NodeJS.ProcessEnv;
  /** In place of RABBITMQ_QUEUE. */
  readonly queue?: string | undefined;
  /**
   * It must answer before the work begins; else one sentence says that it is absent. `platform`: and its namespace must not
   * belong to another database than ours.
   */
  readonly needs?: 'temporal' | 'platform';
  /** Nothing is logged: what a part says is in the command's own answer. */
  readonly isQuiet?: boolean;
}

/**
 * Does `work` on a context, and closes what was opened, the last first, whatever happens.
 * @throws SettingsError, TemporalUnreachableError where that is why `work` failed, or what `work` throws.
 */
export async function withContext<Result>(
  options: ContextOptions,
  work: (context: CommandContext) => Promise<Result>,
): Promise<Result> {
  const releases = new ReleaseStack();
  const level = options.isQuiet === true ? 'silent' : 'warn';
  const log = createLogger({ name: 'grader', level, format: 'pretty', destination: process.stderr });
  const { settings, platform, notes } = settingsFor(options);
  // Before anything else: whatever follows, the reader knows what it is about.
  for (const line of [platform, ...notes]) tell(line);
  const context = openContext(settings, platform, log, releases);
  const notice = setTimeout(sayStillWaiting, stillWaitingAfterMs);
  try {
    if (options.needs !== undefined) await assertAnswers(context, options.needs);
    return await work(context);
  } catch (error) {
    throw await whyTemporalFails(context.temporal, error);
  } finally {
    clearTimeout(notice);
    // No reason to say that the work was not done.
    for (const err of await releases.release()) log.warn({ err }, 'a connection was not closed');
  }
}

/** Before work that needs it begins. @throws TemporalUnreachableError, NamespaceMissingError or ForeignPlatformError */
export async function assertAnswers(
  context: Pick<CommandContext, 'temporal' | 'database' | 'settings'>,
  needs: 'temporal' | 'platform',
): Promise<void> {
  await context.temporal.check(busyServerMs);
  await assertNamespace(context.temporal);
  if (needs === 'platform') await assertOneNamespaceEach(context);
}

/**
 * Workflows are named by the numbers of submissions: in another database's namespace, a command would mix the two. Who needs
 * a database that does not answer says so itself. @throws ForeignPlatformError
 */
export async function assertOneNamespaceEach(
  context: Pick<CommandContext, 'temporal' | 'database' | 'settings'>,
): Promise<void> {
  const { temporal, database, settings } = context;
  const reading = withDeadline('identity of the database', 5_000, readPlatformIdentity(database));
  const identity = await reading.catch(() => undefined);
  if (identity === undefined) return;
  await assertOurPlatform(temporal, { identity, place: describeDatabase(settings) });
}

const stillWaitingAfterMs = 20_000;

/** Nobody at a terminal is to wonder whether a command hangs. */
function sayStillWaiting(): void {
  const { bytesWritten } = process.stdout as { readonly bytesWritten?: number };
  if ((bytesWritten ?? 0) > 0) return;
  process.stderr.write(
    'Still waiting: RabbitMQ, Temporal or PostgreSQL is slow to answer. See: grader doctor\n',
  );
}

/** The server is there, and took too long all the same. */
class TemporalBusyError extends Error {
  override readonly name = 'TemporalBusyError';

  constructor(address: string, cause: unknown) {
    super(
      `Temporal at ${address} answers, but not to this within its time (${errorLine(cause)}). It, or its database, may be busy. Try again; see: grader doctor`,
      { cause },
    );
  }
}

/** The server is there, and refuses what is more than its limits allow. */
class TemporalLimitedError extends Error {
  override readonly name = 'TemporalLimitedError';

  constructor(address: string, cause: unknown) {
    super(describeLimit(address, errorLine(cause)), { cause });
  }
}

/** The client's own "Failed to list workflows" helps nobody. @returns the reason where it is Temporal's, else the error. */
export async function whyTemporalFails(temporal: TemporalClient, error: unknown): Promise<unknown> {
  // It has been looked at already.
  if (error instanceof TemporalUnreachableError) return error;
  try {
    if (isNamespaceMissing(error)) await assertNamespace(temporal);
    if (isLimited(error)) return new TemporalLimitedError(temporal.address, error);
    if (!isWithoutAnswer(error)) return error;
    await temporal.check();
    return new TemporalBusyError(temporal.address, error);
  } catch (reason) {
    return reason;
  }
}

/** The one place where commands find their settings. */
function settingsFor({ environment, queue }: ContextOptions) {
  const found = findPlatform(environment);
  const settings = loadSettings(found.environment);
  const legacyQueue =
    queue === undefined
      ? settings.legacyQueue
      : legacyQueueOf({ ...settings, queue, legacyQueue: undefined });
  return {
    settings: queue === undefined ? settings : { ...settings, queue, legacyQueue },
    platform: describePlatform(found.name, settings),
    notes: [...found.notes, ...settings.doubts],
  };
}

/** @param releases gets what closes the connections that are opened. */
export function openContext(
  settings: Settings,
  platform: string,
  log: Logger,
  releases: ReleaseStack,
  pool: DatabasePool = { maxConnections: 3, connectTimeoutMs: busyServerMs },
): CommandContext {
  const parts = {
    temporal: once(() => {
      const temporal = createTemporalClient(settings.temporal);
      releases.defer('the connection to Temporal', () => temporal.close());
      return temporal;
    }),
    database: once(() => {
      const database = createDatabase({
        url: settings.databaseUrl,
        applicationName: 'grader-command',
        log,
        ...pool,
      });
      releases.defer('the connections to the database', () => database.close());
      return database;
    }),
    control: once(() => createBridgeControlStore(context.temporal, settings.queue)),
    starter: once(() =>
      createGradingStarter(context.temporal, log, { assertOurs: () => assertOneNamespaceEach(context) }),
    ),
    submissions: once(() => createSubmissionList(context.database)),
  };
  const broker = brokerOf(settings.amqpUrl, log, releases);
  const { legacyAmqpUrl } = settings;
  const context: CommandContext = {
    settings,
    platform,
    log,
    broker,
    legacyBroker: legacyAmqpUrl === undefined ? broker : brokerOf(legacyAmqpUrl, log, releases),
    get temporal() {
      return parts.temporal();
    },
    get database() {
      return parts.database();
    },
    get control() {
      return parts.control();
    },
    get starter() {
      return parts.starter();
    },
    get submissions() {
      return parts.submissions();
    },
  };
  return context;
}

function once<Part>(open: () => Part): () => Part {
  let opened: { readonly part: Part } | undefined;
  return () => {
    opened ??= { part: open() };
    return opened.part;
  };
}

function brokerOf(url: Secret, log: Logger, releases: ReleaseStack): () => Promise<ChannelModel> {
  let connecting: Promise<ChannelModel> | undefined;
  let latest: Promise<ChannelModel> | undefined;
  const forget = () => {
    connecting = undefined;
  };
  const closeLatest = async (): Promise<void> => {
    const opened = await latest?.catch(() => undefined);
    if (opened !== undefined) await closeConnection(opened);
  };
  const connect = async (): Promise<ChannelModel> => {
    // Held from the start: the work may fail while this one still connects, and would leave it open. Once: a console
    // connects again and again while the broker is down.
    if (latest === undefined) releases.defer('the connection to RabbitMQ', closeLatest);
    const opening = connectBroker(url, 'grader');
    latest = opening;
    const connection = await opening;
    connection.once('close', forget);
    connection.on('blocked', (reason: string) =>
      log.warn({ reason }, 'RabbitMQ has an alarm and takes no messages. See: rabbitmq-diagnostics alarms'),
    );
    return connection;
  };
  return () => {
    connecting ??= connect().catch((error: unknown) => {
      forget();
      throw error;
    });
    return connecting;
  };
}
