import { z } from 'zod';
import { optional, required } from './setting.js';
import { choice, duration, httpUrl, secret, wholeNumber } from './value-parsers.js';

/** Health ports and metrics. */
export const health = {
  bridgeHealthPort: required('BRIDGE_HEALTH_PORT', wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: 'Port of /healthz, /readyz and /metrics of the bridge; 0 is off.',
    unit: '',
    default: '0',
  }),
  workerHealthPort: required('WORKER_HEALTH_PORT', wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: 'Port of /healthz, /readyz and /metrics of the worker; 0 is off.',
    unit: '',
    default: '0',
  }),
  healthHost: required('HEALTH_HOST', z.string().min(1), {
    group: 'Bridge and workers',
    description:
      'Address of the health ports and TEMPORAL_METRICS_PORT. They ask no password: beyond the loopback, let only Prometheus reach them.',
    unit: '',
    default: '127.0.0.1',
  }),
  temporalMetricsPort: required('TEMPORAL_METRICS_PORT', wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: "Port of the Temporal SDK's own metrics of a worker, for Prometheus; 0 is off.",
    unit: '',
    default: '0',
  }),
};

/** Traces of gradings. */
export const tracing = {
  otlpEndpoint: optional('OTEL_EXPORTER_OTLP_ENDPOINT', httpUrl().transform(secret), {
    group: 'Bridge and workers',
    description: 'OpenTelemetry collector (OTLP/HTTP) for a trace of each grading. Off when not set.',
    unit: '',
    example: 'http://localhost:4318',
  }),
  otlpHeaders: optional('OTEL_EXPORTER_OTLP_HEADERS', z.string().min(1).transform(secret), {
    group: 'Bridge and workers',
    description: 'Headers for the collector, as name=value,name=value.',
    unit: '',
    example: 'authorization=Bearer%20…',
  }),
};

/** Where processes keep files. */
export const files = {
  tempDir: required('TEMP_DIR', z.string().startsWith('/', { error: 'an absolute path' }), {
    group: 'Existing platform',
    description:
      'Scratch directory. What the engine keeps, such as long outputs, is in its `engine`, which no other user can open.',
    unit: '',
    default: '/tmp/grader',
  }),
  samplesDirectory: optional('SAMPLES_DIR', z.string().min(1), {
    group: 'Bridge and workers',
    description:
      'Where bridge and worker write samples for `grader criteria`, kept for a week. Default: <TEMP_DIR>/engine/samples.',
    unit: '',
    example: '/var/lib/grader/samples',
  }),
};

/** The small backend of demo and tests. */
export const referenceBackend = {
  referenceBackendHost: required('REFERENCE_BACKEND_HOST', z.string().min(1), {
    group: 'Bridge and workers',
    description: 'Address the reference backend listens on; 0.0.0.0 inside a container.',
    unit: '',
    default: '127.0.0.1',
  }),
  referenceBackendPort: optional('REFERENCE_BACKEND_PORT', wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: 'Port of the reference backend (demo and tests). Default: the port of BACKEND_API_URL.',
    unit: '',
    example: '5000',
  }),
};

/** The platform's .env may be a Python service's, too. */
const pythonLevels = { warning: 'warn', critical: 'error', fatal: 'error', notset: 'trace' } as const;

/** Logs and shutdown. */
export const logging = {
  logLevel: required(
    'LOG_LEVEL',
    choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'], pythonLevels),
    {
      group: 'Logs and shutdown',
      description: 'Lowest level that is logged.',
      unit: '',
      default: 'info',
    },
  ),
  logFormat: required('LOG_FORMAT', choice(['json', 'pretty']), {
    group: 'Logs and shutdown',
    description: 'One JSON object a line, or text for people.',
    unit: '',
    default: 'json',
  }),
  shutdownGraceMs: required('SHUTDOWN_GRACE', duration(0), {
    group: 'Logs and shutdown',
    description: 'Time for work in flight after SIGTERM.',
    unit: '',
    default: '10s',
  }),
};
