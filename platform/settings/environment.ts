import { z } from 'zod';
import { bridgeModes } from '../../domain/bridge-control.js';
import { parseShare } from '../../domain/share.js';
import { connectionAttempts } from '../postgres/connection-options.js';
import { Secret } from '../secret.js';
import {
  choice,
  duration,
  expected,
  flag,
  hostAndPort,
  httpUrl,
  parseUrl,
  wholeNumber,
} from './value-parsers.js';

/** What is printed about a setting; kept in the schema's metadata, so that docs cannot drift from it. */
export interface SettingMetadata {
  readonly group: 'Existing platform' | 'Grading' | 'Temporal' | 'Bridge and workers' | 'Logs and shutdown';
  readonly description: string;
  /** Of the value as it is written, such as "ms" or "KB"; empty where the value carries or needs none. */
  readonly unit: string;
  /** As it would be written; undefined where there is none. */
  readonly default: string | undefined;
  /** Shown where the default does not show the form, such as a value that is off. */
  readonly example?: string;
}

/**
 * The environment's names. The first group has the names and defaults of the Go worker (contract §1), so that an
 * existing `.env` works unchanged; all others are ours. An empty value counts as not set, as compose files write it.
 */
export const environmentSchema = z.object({
  RABBITMQ_HOST: required(hostAndPort(5672), {
    group: 'Existing platform',
    description: 'Broker, as host or host:port; guest/guest and vhost / are used. AMQP_URL replaces it.',
    unit: '',
    default: 'localhost',
  }),
  RABBITMQ_QUEUE: required(z.string().min(1).max(255, { error: 'at most 255 characters' }), {
    group: 'Existing platform',
    description: 'Queue to consume; bad messages go to <queue>.quarantine.',
    unit: '',
    default: 'grading_queue',
  }),
  DATABASE_URL: required(databaseUrl(), {
    group: 'Existing platform',
    description: 'PostgreSQL, in the form of libpq; sslmode means what it means there.',
    unit: '',
    default: 'postgresql://postgres:postgres@localhost:5432/code_grader?sslmode=disable',
  }),
  BACKEND_API_URL: required(httpUrl().transform(secret), {
    group: 'Existing platform',
    description: 'Base address of the backend that is told the verdicts.',
    unit: '',
    default: 'http://localhost:5000',
  }),
  DOCKER_IMAGE: required(z.string().min(1), {
    group: 'Existing platform',
    description: 'Sandbox image; it is used as it is, nothing is built into it.',
    unit: '',
    default: 'cpp-grader-env',
  }),
  CONTAINER_POOL_SIZE: required(wholeNumber(1, 256), {
    group: 'Existing platform',
    description: 'Submissions a host grades at a time, one container each. More use more memory.',
    unit: 'containers',
    default: '3',
  }),
  DEFAULT_TIME_LIMIT: required(wholeNumber(1, 600_000), {
    group: 'Existing platform',
    description: 'Time limit of a problem that has none.',
    unit: 'ms',
    default: '1000',
  }),
  DEFAULT_MEMORY_LIMIT: required(wholeNumber(1_024, 67_108_864), {
    group: 'Existing platform',
    description: 'Memory limit of a problem that has none.',
    unit: 'KB',
    default: '256000',
  }),
  TEMP_DIR: required(z.string().startsWith('/', { error: 'an absolute path' }), {
    group: 'Existing platform',
    description: 'Scratch directory; long program outputs are kept in it while they travel.',
    unit: '',
    default: '/tmp/grader',
  }),

  AMQP_URL: optional(amqpUrl(), {
    group: 'Bridge and workers',
    description: 'Broker with credentials, vhost or TLS (amqps); replaces RABBITMQ_HOST.',
    unit: '',
    example: 'amqp://user:password@broker:5672/vhost',
  }),
  BACKEND_RESULT_PATH: required(
    z
      .string()
      .regex(/^\/.*\{submission_id\}/, { error: 'a path that starts with / and contains {submission_id}' }),
    {
      group: 'Grading',
      description: 'Path of the verdict POST below BACKEND_API_URL; a later backend uses /api/internal/….',
      unit: '',
      default: '/internal/submissions/{submission_id}/result',
    },
  ),
  DOCKER_HOST: optional(
    z.string().regex(/^(unix|tcp|https?|ssh|npipe):\/\//, {
      error: 'an address such as unix:///var/run/docker.sock',
    }),
    {
      group: 'Bridge and workers',
      description: 'Docker engine; the usual socket when not set.',
      unit: '',
      example: 'unix:///var/run/docker.sock',
    },
  ),
  SANDBOX_RUNTIME: optional(
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
      error: "the name of one of Docker's runtimes, such as runsc",
    }),
    {
      group: 'Bridge and workers',
      description: "Docker runtime of the sandboxes, such as gVisor's runsc. Default: Docker's own.",
      unit: '',
      example: 'runsc',
    },
  ),

  TEMPORAL_ADDRESS: required(hostAndPort(7233), {
    group: 'Temporal',
    description: 'Temporal server, as host or host:port.',
    unit: '',
    default: 'localhost:7233',
  }),
  TEMPORAL_NAMESPACE: required(
    z.string().regex(/^[a-z0-9A-Z][a-zA-Z0-9._-]*$/, { error: 'letters, digits, dots and hyphens' }),
    {
      group: 'Temporal',
      description: 'Namespace of the gradings; made at first start where the server allows it.',
      unit: '',
      default: 'grading',
    },
  ),
  TEMPORAL_API_KEY: optional(z.string().min(1).transform(secret), {
    group: 'Temporal',
    description: 'API key; TLS is on with it unless TEMPORAL_TLS says otherwise.',
    unit: '',
  }),
  TEMPORAL_TLS: optional(flag(), {
    group: 'Temporal',
    description: 'TLS to the server; on by itself when an API key or a certificate is given.',
    unit: '',
    example: 'true',
  }),
  TEMPORAL_TLS_CERT: optional(z.string().min(1), {
    group: 'Temporal',
    description: 'File with the client certificate (PEM); needs TEMPORAL_TLS_KEY.',
    unit: '',
  }),
  TEMPORAL_TLS_KEY: optional(z.string().min(1), {
    group: 'Temporal',
    description: 'File with the key of the client certificate (PEM).',
    unit: '',
  }),
  TEMPORAL_TLS_CA: optional(z.string().min(1), {
    group: 'Temporal',
    description: 'File with the authority that signed the server certificate (PEM).',
    unit: '',
  }),
  TEMPORAL_UI_URL: required(httpUrl(), {
    group: 'Temporal',
    description: 'Web UI, for the links that are printed.',
    unit: '',
    default: 'http://localhost:8233',
  }),
  WORKFLOW_CACHE_SIZE: required(wholeNumber(0, 100_000), {
    group: 'Temporal',
    description:
      'Workflows a worker keeps in memory between their steps. More cost memory, fewer cost replays.',
    unit: 'workflows',
    default: '50',
  }),
  WORKER_DEPLOYMENT_NAME: optional(deploymentWord(), {
    group: 'Temporal',
    description: 'Name of the worker deployment; versioning is off unless WORKER_BUILD_ID is set too.',
    unit: '',
    example: 'grading',
  }),
  WORKER_BUILD_ID: optional(deploymentWord(), {
    group: 'Temporal',
    description: 'Version of this worker within its deployment; docs/upgrading.md walks through an upgrade.',
    unit: '',
    example: '1.4.0',
  }),
  WORKER_VERSIONING: required(choice(['pinned', 'auto-upgrade']), {
    group: 'Temporal',
    description:
      'Under versioning, a grading stays with the version it began on, or moves to the current one at its next step.',
    unit: '',
    default: 'pinned',
  }),

  GRADING_PROFILE: required(choice(['python', 'go', 'strict']), {
    group: 'Grading',
    description: 'Rules of grading: those of the Python worker, of the Go worker, or strict.',
    unit: '',
    default: 'python',
  }),
  GRADING_DEADLINE: required(duration(1_000), {
    group: 'Grading',
    description:
      'After this long on broken infrastructure a submission gets System Error and can be replayed.',
    unit: '',
    default: '30m',
  }),
  OUTPUT_RECEIVED_LIMIT: required(wholeNumber(0, 1_048_576), {
    group: 'Grading',
    description: 'Stored output of a test is cut here; the verdict is made on all of it.',
    unit: 'bytes',
    default: '65536',
  }),
  RECORD_RESULT: required(choice(['auto', 'always', 'never']), {
    group: 'Grading',
    description:
      'Write the verdict to the database before the backend is told: where permitted, always (a refusal is an error), or never.',
    unit: '',
    default: 'auto',
  }),

  REJUDGE_PARALLEL: required(wholeNumber(1, 256), {
    group: 'Grading',
    description:
      'Gradings of one rejudge set under way at a time. Fewer than the containers of all hosts keep some free for live submissions.',
    unit: 'gradings',
    default: '4',
  }),
  REJUDGE_RUN_LENGTH: required(wholeNumber(1, 500), {
    group: 'Grading',
    description:
      'Submissions after which a rejudge set continues as a new run, which keeps its history short.',
    unit: 'submissions',
    default: '100',
  }),

  HOST_ID: optional(
    z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, { error: '1 to 64 letters, digits, dots, hyphens' }),
    {
      group: 'Bridge and workers',
      description:
        'Name of this host in queue names; two workers on one host need two. Default: the host name.',
      unit: '',
      example: 'grader-01',
    },
  ),
  COMPILE_CACHE_MB: required(wholeNumber(0, 4096), {
    group: 'Bridge and workers',
    description: 'Memory for compiled programs, used when the same program is graded again; 0 keeps none.',
    unit: 'MiB',
    default: '16',
  }),
  RUN_CONCURRENCY: optional(wholeNumber(1, 1_024), {
    group: 'Bridge and workers',
    description: 'Programs and compilers that run at a time on this host. Default: the number of cores.',
    unit: 'cores',
    example: '2',
  }),
  LEASE_TTL: required(duration(10_000), {
    group: 'Bridge and workers',
    description: 'A container whose grading has vanished is taken back after this long.',
    unit: '',
    default: '30m',
  }),
  LEASE_IDLE: required(duration(1_000), {
    group: 'Bridge and workers',
    description: 'A container in which nothing was run for this long is taken back from its grading.',
    unit: '',
    default: '2m',
  }),
  BRIDGE_PREFETCH: required(wholeNumber(1, 65_535), {
    group: 'Bridge and workers',
    description: 'Messages the bridge holds at a time. More leave fewer to other consumers.',
    unit: 'messages',
    default: '20',
  }),
  BRIDGE_MODE: required(choice(bridgeModes), {
    group: 'Bridge and workers',
    description:
      'How the bridge takes messages until `grader mode set` says otherwise: not at all, after, beside or before other consumers, a share by rate, or all of them as a router.',
    unit: '',
    default: 'equal',
  }),
  BRIDGE_SHARE: required(shareOfAll(), {
    group: 'Bridge and workers',
    description: 'Share of the submissions in the modes paced and router, in steps of 0.01 %.',
    unit: '',
    default: '0%',
  }),
  BRIDGE_SALT: required(z.string().max(200, { error: 'at most 200 characters' }), {
    group: 'Bridge and workers',
    description: 'Chooses which submissions are in a share; another salt is another set.',
    unit: '',
    default: 'cutover',
  }),
  LEGACY_QUEUE: optional(z.string().min(1).max(255, { error: 'at most 255 characters' }), {
    group: 'Bridge and workers',
    description:
      'Queue of the old workers in mode router; they are started with RABBITMQ_QUEUE set to it. Default: <queue>.legacy.',
    unit: '',
    example: 'grading_queue.legacy',
  }),
  ROUTER_PREFETCH: required(wholeNumber(1, 65_535), {
    group: 'Bridge and workers',
    description: 'Messages the bridge holds at a time in mode router.',
    unit: 'messages',
    default: '400',
  }),
  BRIDGE_BACKLOG_LIMIT: required(wholeNumber(0, 1_000_000), {
    group: 'Bridge and workers',
    description:
      'While more gradings wait for a worker or a container, a bridge that competes leaves messages to the other consumers.',
    unit: 'gradings',
    default: '50',
  }),
  FAIL_OPEN_AFTER: required(duration(1_000), {
    group: 'Bridge and workers',
    description:
      'A router forwards everything to the old workers once Temporal has not answered for so long.',
    unit: '',
    default: '5s',
  }),
  BRIDGE_HEALTH_PORT: required(wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: 'Port of /healthz and /readyz of the bridge, on the loopback; 0 is off.',
    unit: '',
    default: '0',
  }),
  WORKER_HEALTH_PORT: required(wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: 'Port of /healthz and /readyz of the worker, on the loopback; 0 is off.',
    unit: '',
    default: '0',
  }),
  REFERENCE_BACKEND_HOST: required(z.string().min(1), {
    group: 'Bridge and workers',
    description: 'Address the reference backend listens on; 0.0.0.0 inside a container.',
    unit: '',
    default: '127.0.0.1',
  }),
  REFERENCE_BACKEND_PORT: optional(wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: 'Port of the reference backend (demo and tests). Default: the port of BACKEND_API_URL.',
    unit: '',
    example: '5000',
  }),

  LOG_LEVEL: required(choice(['trace', 'debug', 'info', 'warn', 'error', 'silent']), {
    group: 'Logs and shutdown',
    description: 'Least level that is logged.',
    unit: '',
    default: 'info',
  }),
  LOG_FORMAT: required(choice(['json', 'pretty']), {
    group: 'Logs and shutdown',
    description: 'One JSON object a line, or text for a person.',
    unit: '',
    default: 'json',
  }),
  SHUTDOWN_GRACE: required(duration(0), {
    group: 'Logs and shutdown',
    description: 'Time for work in hand after SIGTERM.',
    unit: '',
    default: '10s',
  }),
});

export type SettingName = keyof typeof environmentSchema.shape;
export type Environment = z.output<typeof environmentSchema>;

function required<T extends z.ZodType<unknown, string>>(
  schema: T,
  metadata: SettingMetadata & { readonly default: string },
) {
  // prefault: the default takes the same way as a value of the user, and is checked by every test.
  return z.prefault(schema, metadata.default as z.input<T>).meta({ ...metadata });
}

function optional<T extends z.ZodType<unknown, string>>(
  schema: T,
  metadata: Omit<SettingMetadata, 'default'>,
) {
  return schema.optional().meta({ ...metadata, default: undefined });
}

function shareOfAll() {
  return z
    .string()
    .transform(
      (text, context) => parseShare(text) ?? expected(context, 'a share from 0% to 100%, such as 12.5%'),
    );
}

function secret(value: string): Secret {
  return new Secret(value);
}

/** The server joins the two words of a version by a dot. */
function deploymentWord() {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
    error: 'up to 100 letters, digits, dots, hyphens and underscores',
  });
}

function databaseUrl() {
  return z.string().transform((text, context) => {
    try {
      connectionAttempts(text);
      return new Secret(text);
    } catch (error) {
      return expected(context, error instanceof Error ? error.message : String(error));
    }
  });
}

function amqpUrl() {
  return z.string().transform((text, context) => {
    const url = parseUrl(text);
    const isBroker =
      url && ['amqp:', 'amqps:'].includes(url.protocol) && url.hostname !== '' && url.hash === '';
    if (isBroker) return new Secret(text);
    return expected(
      context,
      'an address such as amqp://user:password@host:5672/vhost, special characters %-escaped',
    );
  });
}
