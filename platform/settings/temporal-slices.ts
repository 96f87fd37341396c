import { z } from 'zod';
import { optional, required } from './setting.js';
import { choice, filePath, flag, hostAndPort, httpUrl, secret, wholeNumber } from './value-parsers.js';

/** The Temporal server; nested, as `settings.temporal`. */
export const temporal = {
  address: required('TEMPORAL_ADDRESS', hostAndPort(7233), {
    group: 'Temporal',
    description: 'Temporal server, as host or host:port.',
    unit: '',
    default: 'localhost:7233',
  }),
  namespace: required(
    'TEMPORAL_NAMESPACE',
    z.string().regex(/^[a-z0-9A-Z][a-zA-Z0-9._-]*$/, { error: 'letters, digits, dots and hyphens' }),
    {
      group: 'Temporal',
      description: 'Namespace of the gradings; created at first start where the server allows it.',
      unit: '',
      default: 'grading',
    },
  ),
  apiKey: optional('TEMPORAL_API_KEY', z.string().min(1).transform(secret), {
    group: 'Temporal',
    description: 'API key; turns TLS on unless TEMPORAL_TLS says otherwise.',
    unit: '',
  }),
  tls: optional('TEMPORAL_TLS', flag(), {
    group: 'Temporal',
    description: 'TLS to the server. Default: on with an API key or a certificate.',
    unit: '',
    example: 'true',
  }),
  tlsCertPath: optional('TEMPORAL_TLS_CERT', filePath(), {
    group: 'Temporal',
    description: 'File with the client certificate (PEM); needs TEMPORAL_TLS_KEY.',
    unit: '',
  }),
  tlsKeyPath: optional('TEMPORAL_TLS_KEY', filePath(), {
    group: 'Temporal',
    description: 'File with the key of the client certificate (PEM).',
    unit: '',
  }),
  tlsCaPath: optional('TEMPORAL_TLS_CA', filePath(), {
    group: 'Temporal',
    description: 'File with the authority of the server certificate (PEM).',
    unit: '',
  }),
  uiUrl: required('TEMPORAL_UI_URL', httpUrl(), {
    group: 'Temporal',
    description: 'Web UI, for printed links.',
    unit: '',
    default: 'http://localhost:8233',
  }),
};

/** How workers are known to the server, and what they keep of workflows. */
export const deployment = {
  workflowCacheSize: required('WORKFLOW_CACHE_SIZE', wholeNumber(0, 100_000), {
    group: 'Temporal',
    description: 'Workflows a worker keeps in memory between steps. More cost memory, fewer cost replays.',
    unit: 'workflows',
    default: '50',
  }),
  workerDeploymentName: optional('WORKER_DEPLOYMENT_NAME', deploymentWord(), {
    group: 'Temporal',
    description: 'Name of the worker deployment; versioning needs WORKER_BUILD_ID too (docs/upgrading.md).',
    unit: '',
    example: 'grading',
  }),
  workerBuildId: optional('WORKER_BUILD_ID', deploymentWord(), {
    group: 'Temporal',
    description: 'Version of this worker within its deployment.',
    unit: '',
    example: '1.4.0',
  }),
  workerVersioning: required('WORKER_VERSIONING', choice(['pinned', 'auto-upgrade']), {
    group: 'Temporal',
    description: 'Whether a grading stays on the version it began on, or moves on.',
    unit: '',
    default: 'pinned',
  }),
};

/** The server joins the two words of a version by a dot. */
function deploymentWord() {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
    error: 'up to 100 letters, digits, dots, hyphens and underscores',
  });
}
