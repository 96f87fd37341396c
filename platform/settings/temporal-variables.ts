import { z } from 'zod';
import { optional, required } from './setting.js';
import { choice, flag, hostAndPort, httpUrl, secret, wholeNumber } from './value-parsers.js';

/** The Temporal server, and how workers are known to it. */
export const temporalVariables = {
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
};

/** The server joins the two words of a version by a dot. */
function deploymentWord() {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
    error: 'up to 100 letters, digits, dots, hyphens and underscores',
  });
}
