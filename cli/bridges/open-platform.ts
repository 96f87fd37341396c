import { userInfo } from 'node:os';
import type { ChannelModel } from 'amqplib';
import { Option } from 'commander';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { closeConnection } from '../../platform/amqp/close-connection.js';
import { loadEnvFile } from '../../platform/process/env-file.js';
import type { Settings } from '../../platform/settings/settings.js';
import { loadSettings } from '../../platform/settings/settings.js';
import type { BridgeControlStore } from '../../platform/temporal/bridge-control-store.js';
import { createBridgeControlStore } from '../../platform/temporal/bridge-control-store.js';
import type { TemporalClient } from '../../platform/temporal/connection.js';
import { createTemporalClient } from '../../platform/temporal/connection.js';
import { isWithoutAnswer } from '../../platform/temporal/grpc-status.js';

/** The platform named by the environment or .env, for one command. */
export interface Platform {
  readonly settings: Settings;
  /** The queue of the command: `--queue`, else RABBITMQ_QUEUE. */
  readonly queue: string;
  readonly temporal: TemporalClient;
  readonly control: BridgeControlStore;
  /** Connects on first use. @throws BrokerUnreachableError */
  broker(): Promise<ChannelModel>;
}

/** @throws SettingsError, or the command's error; closes everything in any case. */
export async function withPlatform<Result>(
  queue: string | undefined,
  work: (platform: Platform) => Promise<Result>,
): Promise<Result> {
  const settings = loadSettings(loadEnvFile(process.env, process.cwd()));
  const temporal = createTemporalClient(settings.temporal);
  const name = queue ?? settings.queue;
  let connecting: Promise<ChannelModel> | undefined;
  try {
    return await work({
      settings: queue === undefined ? settings : { ...settings, queue, legacyQueue: `${queue}.legacy` },
      queue: name,
      temporal,
      control: createBridgeControlStore(temporal, name),
      broker() {
        connecting ??= connectBroker(settings.amqpUrl, 'grader');
        return connecting;
      },
    });
  } catch (error) {
    // Most of these commands ask Temporal late or not at all; the client's own "Failed to list workflows" helps
    // nobody.
    if (isWithoutAnswer(error)) await temporal.check();
    throw error;
  } finally {
    await connecting?.then((connection) => closeConnection(connection)).catch(() => undefined);
    await temporal.close();
  }
}

/** The name recorded for a change. */
export function byOption(): Option {
  const caller = process.env.SUDO_USER ?? userInfo().username;
  return new Option('--by <name>', 'who').default(caller, 'the user who calls');
}
