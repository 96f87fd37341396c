import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import type { BridgeSetting } from '../../domain/cutover/bridge-control.js';
import type { Share } from '../../domain/grading/share.js';
import { shareSteps } from '../../domain/grading/share.js';
import type { GradingProfile } from '../../domain/judging/grading-profile.js';
import type { Environment } from './environment.js';
import { environmentSchema } from './environment.js';
import { Secret } from './secret.js';
import { SettingsError } from './settings-error.js';

/** All settings of all processes; durations in milliseconds, sizes as named. */
export interface Settings {
  readonly amqpUrl: Secret;
  readonly queue: string;
  /** Where a router forwards what is the legacy workers'. */
  readonly legacyQueue: string;
  readonly databaseUrl: Secret;
  /** Secret because it may carry credentials of a proxy. */
  readonly backendApiUrl: Secret;
  readonly backendResultPath: string;
  readonly dockerImage: string;
  /** Undefined: the usual socket. */
  readonly dockerHost: string | undefined;
  /** Undefined: Docker's own. */
  readonly sandboxRuntime: string | undefined;
  readonly containerPoolSize: number;
  readonly defaultTimeLimitMs: number;
  readonly defaultMemoryLimitKb: number;
  readonly tempDir: string;
  readonly temporal: TemporalSettings;
  readonly workflowCacheSize: number;
  readonly workerDeploymentName: string | undefined;
  readonly workerBuildId: string | undefined;
  readonly workerVersioning: 'pinned' | 'auto-upgrade';
  readonly gradingProfile: GradingProfile;
  readonly gradingDeadlineMs: number;
  readonly outputReceivedLimitBytes: number;
  readonly recordResult: 'auto' | 'always' | 'never';
  /** Of one rejudging at a time. */
  readonly rejudgeParallel: number;
  /** Submissions of a rejudging between two runs of its workflow. */
  readonly rejudgeRunLength: number;
  /** 0 is off. */
  readonly shadowShare: Share;
  /** Of one shadow set at a time. */
  readonly shadowParallel: number;
  /** Path of a YAML file; undefined: the built-in rules. */
  readonly parityRules: string | undefined;
  /** 0–1; undefined: as measured. */
  readonly parityNoise: number | undefined;
  readonly hostId: string;
  /** Programs and compilers at a time on this host. */
  readonly runConcurrency: number;
  /** Compiled programs kept in the worker's memory, MiB. */
  readonly compileCacheMb: number;
  readonly leaseTtlMs: number;
  readonly leaseIdleMs: number;
  readonly bridgePrefetch: number;
  readonly routerPrefetch: number;
  /** What the bridge does where nobody has set anything else. */
  readonly bridgeSetting: BridgeSetting;
  readonly bridgeBacklogLimit: number;
  readonly failOpenAfterMs: number;
  /** 0 is off. */
  readonly bridgeHealthPort: number;
  /** 0 is off. */
  readonly workerHealthPort: number;
  /** Address of the health ports and of Temporal's metrics. */
  readonly healthHost: string;
  /** Of Temporal's own metrics of a worker; 0 is off. */
  readonly temporalMetricsPort: number;
  /** Undefined: no traces. Secret because it may carry credentials. */
  readonly otlpEndpoint: Secret | undefined;
  readonly otlpHeaders: Secret | undefined;
  /** Where processes keep the samples that `grader criteria` reads. */
  readonly samplesDirectory: string;
  readonly referenceBackendHost: string;
  readonly referenceBackendPort: number;
  readonly logLevel: Environment['LOG_LEVEL'];
  readonly logFormat: Environment['LOG_FORMAT'];
  readonly shutdownGraceMs: number;
  readonly watch: WatchSettings;
}

/** What `grader doctor` and `grader status` go by. */
export interface WatchSettings {
  /** Undefined: guessed from the broker's address. */
  readonly managementUrl: Secret | undefined;
  /** Base addresses of the workers' health ports. */
  readonly workerHealthUrls: readonly string[];
  readonly minDiskMb: number;
  readonly minMemoryMb: number;
  readonly maxClockDifferenceMs: number;
}

export interface TemporalSettings {
  /** host:port */
  readonly address: string;
  readonly namespace: string;
  readonly apiKey: Secret | undefined;
  readonly tls: boolean;
  /** Paths of PEM files; read when the connection is made. */
  readonly tlsCertPath: string | undefined;
  readonly tlsKeyPath: string | undefined;
  readonly tlsCaPath: string | undefined;
  readonly uiUrl: string;
}

/**
 * Reads every setting once, at the start of a process. Unknown variables are left alone: an existing `.env` has others.
 * @throws SettingsError which lists every bad variable with what was seen, what is expected and the fix.
 */
export function loadSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(
    Object.keys(environmentSchema.shape)
      .map((name) => [name, env[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw SettingsError.of(parsed.error, given);
  return toSettings(parsed.data);
}

function toSettings(env: Environment): Settings {
  const temporal = temporalSettings(env);
  return {
    amqpUrl:
      env.AMQP_URL ?? new Secret(`amqp://guest:guest@${env.RABBITMQ_HOST.host}:${env.RABBITMQ_HOST.port}/`),
    queue: env.RABBITMQ_QUEUE,
    legacyQueue: env.LEGACY_QUEUE ?? `${env.RABBITMQ_QUEUE}.legacy`,
    databaseUrl: env.DATABASE_URL,
    backendApiUrl: env.BACKEND_API_URL,
    backendResultPath: env.BACKEND_RESULT_PATH,
    dockerImage: env.DOCKER_IMAGE,
    dockerHost: env.DOCKER_HOST,
    sandboxRuntime: env.SANDBOX_RUNTIME,
    containerPoolSize: env.CONTAINER_POOL_SIZE,
    defaultTimeLimitMs: env.DEFAULT_TIME_LIMIT,
    defaultMemoryLimitKb: env.DEFAULT_MEMORY_LIMIT,
    tempDir: env.TEMP_DIR,
    temporal,
    workflowCacheSize: env.WORKFLOW_CACHE_SIZE,
    workerDeploymentName: env.WORKER_DEPLOYMENT_NAME,
    workerBuildId: env.WORKER_BUILD_ID,
    workerVersioning: env.WORKER_VERSIONING,
    gradingProfile: env.GRADING_PROFILE,
    gradingDeadlineMs: env.GRADING_DEADLINE,
    outputReceivedLimitBytes: env.OUTPUT_RECEIVED_LIMIT,
    recordResult: env.RECORD_RESULT,
    rejudgeParallel: env.REJUDGE_PARALLEL,
    rejudgeRunLength: env.REJUDGE_RUN_LENGTH,
    shadowShare: env.SHADOW_SHARE,
    shadowParallel: env.SHADOW_PARALLEL,
    parityRules: env.PARITY_RULES,
    parityNoise: env.PARITY_NOISE === undefined ? undefined : env.PARITY_NOISE / shareSteps,
    hostId: env.HOST_ID ?? hostIdFrom(hostname()),
    runConcurrency: env.RUN_CONCURRENCY ?? availableParallelism(),
    leaseTtlMs: env.LEASE_TTL,
    leaseIdleMs: env.LEASE_IDLE,
    compileCacheMb: env.COMPILE_CACHE_MB,
    bridgePrefetch: env.BRIDGE_PREFETCH,
    routerPrefetch: env.ROUTER_PREFETCH,
    bridgeSetting: { mode: env.BRIDGE_MODE, share: env.BRIDGE_SHARE, salt: env.BRIDGE_SALT },
    bridgeBacklogLimit: env.BRIDGE_BACKLOG_LIMIT,
    failOpenAfterMs: env.FAIL_OPEN_AFTER,
    bridgeHealthPort: env.BRIDGE_HEALTH_PORT,
    workerHealthPort: env.WORKER_HEALTH_PORT,
    healthHost: env.HEALTH_HOST,
    temporalMetricsPort: env.TEMPORAL_METRICS_PORT,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    otlpHeaders: env.OTEL_EXPORTER_OTLP_HEADERS,
    samplesDirectory: env.SAMPLES_DIR ?? join(env.TEMP_DIR, 'samples'),
    referenceBackendHost: env.REFERENCE_BACKEND_HOST,
    referenceBackendPort: env.REFERENCE_BACKEND_PORT ?? portOf(env.BACKEND_API_URL.reveal()),
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT,
    shutdownGraceMs: env.SHUTDOWN_GRACE,
    watch: watchSettings(env),
  };
}

function watchSettings(env: Environment): WatchSettings {
  const ownPort = env.WORKER_HEALTH_PORT;
  return {
    managementUrl: env.RABBITMQ_MANAGEMENT_URL,
    workerHealthUrls: env.WORKER_HEALTH_URLS ?? (ownPort > 0 ? [`http://127.0.0.1:${ownPort}`] : []),
    minDiskMb: env.DOCTOR_MIN_DISK,
    minMemoryMb: env.DOCTOR_MIN_MEMORY,
    maxClockDifferenceMs: env.DOCTOR_MAX_CLOCK_DIFFERENCE,
  };
}

function temporalSettings(env: Environment): TemporalSettings {
  return {
    address: `${env.TEMPORAL_ADDRESS.host}:${env.TEMPORAL_ADDRESS.port}`,
    namespace: env.TEMPORAL_NAMESPACE,
    apiKey: env.TEMPORAL_API_KEY,
    tls:
      env.TEMPORAL_TLS ??
      [env.TEMPORAL_API_KEY, env.TEMPORAL_TLS_CERT, env.TEMPORAL_TLS_CA].some((value) => value !== undefined),
    tlsCertPath: env.TEMPORAL_TLS_CERT,
    tlsKeyPath: env.TEMPORAL_TLS_KEY,
    tlsCaPath: env.TEMPORAL_TLS_CA,
    uiUrl: env.TEMPORAL_UI_URL,
  };
}

/** Queue names are made of it. */
function hostIdFrom(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 64) || 'host';
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
