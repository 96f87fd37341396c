import { join } from 'node:path';
import { legacyQueueOf } from './legacy-place.js';
import { misspeltNames } from './misspelt-names.js';
import type { SliceValues } from './read-slices.js';
import { readSlices } from './read-slices.js';
import type { slices } from './slices.js';

/** All settings of all processes, as the slices declare them; durations in milliseconds, sizes as named. */
export type Settings = Readonly<ReturnType<typeof complete>> & {
  /** What whoever set them may have meant otherwise: a sentence each. */
  readonly doubts: readonly string[];
};
export type TemporalSettings = Settings['temporal'];

/** The settings of some slices, for those who need no more. */
export type SettingsOf<Name extends Exclude<keyof typeof slices, 'temporal' | 'watch' | 'console'>> = Pick<
  Settings,
  KeysOf<Name> & keyof Settings
>;
type KeysOf<Name extends keyof typeof slices> = Name extends keyof typeof slices
  ? keyof (typeof slices)[Name]
  : never;

/**
 * Reads every setting once, at the start of a process. Unknown variables are left alone: an existing `.env` has others.
 * @throws SettingsError which lists every bad variable with what was seen, what is expected and the fix.
 */
export function loadSettings(env: NodeJS.ProcessEnv): Settings {
  return { ...complete(readSlices(env)), doubts: misspeltNames(env) };
}

/** Defaults that are taken from other settings, and values that several settings make up. */
function complete(read: SliceValues) {
  const { amqpUrl, amqpUrlOfHost, ...broker } = read.broker;
  const { bridgeMode: mode, bridgeShare: share, bridgeSalt: salt, legacyQueue, ...bridge } = read.bridge;
  // Of our own: TEMP_DIR may be /tmp, or the legacy worker's as well.
  const scratchDirectory = join(read.files.tempDir, 'engine');
  const platformBroker = { ...broker, amqpUrl: amqpUrl ?? amqpUrlOfHost };
  return {
    ...platformBroker,
    ...read.database,
    ...read.backend,
    ...read.sandbox,
    temporal: temporalServer(read.temporal),
    ...read.deployment,
    ...read.grading,
    ...read.rejudge,
    ...read.parity,
    ...read.host,
    ...bridge,
    ...read.sweeper,
    /** Where a router forwards what is the legacy workers'. */
    legacyQueue: legacyQueueOf({ ...platformBroker, legacyQueue, legacyAmqpUrl: bridge.legacyAmqpUrl }),
    /** What the bridge does where nobody has set anything else. */
    bridgeSetting: { mode, share, salt },
    ...read.health,
    ...read.tracing,
    ...read.files,
    scratchDirectory,
    samplesDirectory: read.files.samplesDirectory ?? join(scratchDirectory, 'samples'),
    ...read.referenceBackend,
    referenceBackendPort:
      read.referenceBackend.referenceBackendPort ?? portOf(read.backend.backendApiUrl.reveal()),
    ...read.logging,
    ...read.operator,
    watch: watched(read),
    console: read.console,
  };
}

function temporalServer(read: SliceValues['temporal']) {
  const { tls, apiKey, tlsCertPath, tlsCaPath } = read;
  const isMeant = [apiKey, tlsCertPath, tlsCaPath].some((value) => value !== undefined);
  return { ...read, tls: tls ?? isMeant };
}

function watched({ watch, health: { workerHealthPort } }: SliceValues) {
  const ofThisHost = workerHealthPort > 0 ? [`http://127.0.0.1:${workerHealthPort}`] : [];
  return { ...watch, workerHealthUrls: watch.workerHealthUrls ?? ofThisHost };
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
