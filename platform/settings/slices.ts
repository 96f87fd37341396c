import { bridge } from './bridge-slice.js';
import { webConsole } from './console-slice.js';
import { grading, parity, rejudge } from './grading-slices.js';
import { host } from './host-slice.js';
import { operator } from './operator-slice.js';
import { backend, broker, database, sandbox } from './platform-slices.js';
import { files, health, logging, referenceBackend, tracing } from './process-slices.js';
import { sweeper } from './sweep-slice.js';
import { deployment, temporal } from './temporal-slices.js';
import { watch } from './watch-slice.js';

/** Every setting, each declared once, by what it is about. */
export const slices = {
  broker,
  database,
  backend,
  sandbox,
  temporal,
  deployment,
  grading,
  rejudge,
  parity,
  host,
  bridge,
  sweeper,
  health,
  tracing,
  files,
  referenceBackend,
  logging,
  operator,
  watch,
  console: webConsole,
};
