import { z } from 'zod';
import { errorText } from '../../domain/errors/error-text.js';
import { connectionAttempts } from '../postgres/connection-options.js';
import { Secret } from './secret.js';
import { optional, required } from './setting.js';
import { expected, hostAndPort, httpUrl, parseUrl, secret, wholeNumber } from './value-parsers.js';

/** The existing platform and its sandbox: names and defaults of the Go worker (contract §1), and two of ours. */
export const platformVariables = {
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
};

function databaseUrl() {
  return z.string().transform((text, context) => {
    try {
      connectionAttempts(text);
      return new Secret(text);
    } catch (error) {
      return expected(context, errorText(error));
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
