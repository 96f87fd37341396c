import { z } from 'zod';
import { errorText } from '../../domain/errors/error-text.js';
import { connectionAttempts } from '../postgres/connection-options.js';
import { Secret } from './secret.js';
import { optional, required } from './setting.js';
import { choice, expected, hostAndPort, httpUrl, parseUrl, secret, wholeNumber } from './value-parsers.js';

/** The broker and the queue to consume. */
export const broker = {
  /** Taken where `amqpUrl` is not given. */
  amqpUrlOfHost: required(
    'RABBITMQ_HOST',
    hostAndPort(5672).transform((at) => new Secret(`amqp://guest:guest@${at}/`)),
    {
      group: 'Existing platform',
      description: 'Broker, as host or host:port, with guest/guest and vhost /. AMQP_URL replaces it.',
      unit: '',
      default: 'localhost',
    },
  ),
  queue: required('RABBITMQ_QUEUE', z.string().min(1).max(255, { error: 'at most 255 characters' }), {
    group: 'Existing platform',
    description: 'Queue to consume; bad messages go to <queue>.quarantine.',
    unit: '',
    default: 'grading_queue',
  }),
  amqpUrl: optional('AMQP_URL', amqpUrl(), {
    group: 'Bridge and workers',
    description: 'Broker with credentials, vhost or TLS (amqps); replaces RABBITMQ_HOST.',
    unit: '',
    example: 'amqp://user:password@broker:5672/vhost',
  }),
};

/** The platform's database. */
export const database = {
  databaseUrl: required('DATABASE_URL', databaseUrl(), {
    group: 'Existing platform',
    description: 'PostgreSQL, in libpq form, sslmode included.',
    unit: '',
    default: 'postgresql://postgres:postgres@localhost:5432/code_grader?sslmode=disable',
  }),
};

/** The backend that gets the verdicts. */
export const backend = {
  backendApiUrl: required('BACKEND_API_URL', httpUrl().transform(secret), {
    group: 'Existing platform',
    description: 'Base address of the backend that gets the verdicts.',
    unit: '',
    default: 'http://localhost:5000',
  }),
  backendResultPath: required(
    'BACKEND_RESULT_PATH',
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
  backendAnswer: required('BACKEND_ANSWER', choice(['contract', 'json']), {
    group: 'Grading',
    description:
      'Which answer confirms a verdict: that of the contract (docs/platform-contract.md), or any 2xx with a JSON object.',
    unit: '',
    default: 'contract',
  }),
};

/** The containers of a host. */
export const sandbox = {
  dockerImage: required('DOCKER_IMAGE', z.string().min(1), {
    group: 'Existing platform',
    description: 'Sandbox image, used unchanged.',
    unit: '',
    default: 'cpp-grader-env',
  }),
  containerPoolSize: required('CONTAINER_POOL_SIZE', wholeNumber(1, 256), {
    group: 'Existing platform',
    description: 'Submissions a host grades at a time, one container each. More need more memory.',
    unit: 'containers',
    default: '3',
  }),
  dockerHost: optional(
    'DOCKER_HOST',
    z.string().regex(/^(unix:\/\/\/|(tcp|https?):\/\/[^/])/, {
      error: 'an address such as unix:///var/run/docker.sock or tcp://host:2375',
    }),
    {
      group: 'Bridge and workers',
      description: 'Docker engine; the usual socket when not set.',
      unit: '',
      example: 'unix:///var/run/docker.sock',
    },
  ),
  sandboxRuntime: optional(
    'SANDBOX_RUNTIME',
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

/** Of a broker. */
export function amqpUrl() {
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
