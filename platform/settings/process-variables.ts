import { z } from 'zod';
import { optional, required } from './setting.js';
import { choice, duration, httpUrl, secret, wholeNumber } from './value-parsers.js';

/** Ports, logs and shutdown of every process. */
export const processVariables = {
  BRIDGE_HEALTH_PORT: required(wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: 'Port of /healthz, /readyz and /metrics of the bridge; 0 is off.',
    unit: '',
    default: '0',
  }),
  WORKER_HEALTH_PORT: required(wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: 'Port of /healthz, /readyz and /metrics of the worker; 0 is off.',
    unit: '',
    default: '0',
  }),
  HEALTH_HOST: required(z.string().min(1), {
    group: 'Bridge and workers',
    description:
      'Address the health ports and TEMPORAL_METRICS_PORT listen on. They show no secret, but ask no password: beyond the loopback, let Prometheus alone reach them.',
    unit: '',
    default: '127.0.0.1',
  }),
  TEMPORAL_METRICS_PORT: required(wholeNumber(0, 65_535), {
    group: 'Bridge and workers',
    description: "Port of the Temporal SDK's own metrics of a worker, for Prometheus; 0 is off.",
    unit: '',
    default: '0',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(httpUrl().transform(secret), {
    group: 'Bridge and workers',
    description:
      'OpenTelemetry collector (OTLP/HTTP) that gets a trace of each grading, from the message to the last activity. Off when not set.',
    unit: '',
    example: 'http://localhost:4318',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: optional(z.string().min(1).transform(secret), {
    group: 'Bridge and workers',
    description: 'Headers for the collector, as name=value,name=value.',
    unit: '',
    example: 'authorization=Bearer%20…',
  }),
  SAMPLES_DIR: optional(z.string().min(1), {
    group: 'Bridge and workers',
    description:
      'Where bridge and worker write a line of figures each half minute, kept for a week; `grader criteria` reads them. Default: <TEMP_DIR>/samples.',
    unit: '',
    example: '/var/lib/grader/samples',
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
    description: 'Time for work in flight after SIGTERM.',
    unit: '',
    default: '10s',
  }),
};
