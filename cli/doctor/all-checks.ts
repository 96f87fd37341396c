import type { Check } from './check.js';
import { backend } from './checks/backend.js';
import { backup } from './checks/backup.js';
import { broker } from './checks/broker.js';
import { clock } from './checks/clock.js';
import { consumers } from './checks/consumers.js';
import { database } from './checks/database.js';
import { disk } from './checks/disk.js';
import { dockerEngine } from './checks/docker-engine.js';
import { legacyQueue } from './checks/legacy-queue.js';
import { memory } from './checks/memory.js';
import { namespace } from './checks/namespace.js';
import { nodeVersion } from './checks/node-version.js';
import { platformClaim } from './checks/platform-claim.js';
import { pollers } from './checks/pollers.js';
import { processor } from './checks/processor.js';
import { queue } from './checks/queue.js';
import { queueDepth } from './checks/queue-depth.js';
import { queueKind } from './checks/queue-kind.js';
import { rights } from './checks/rights.js';
import { sandboxImage } from './checks/sandbox-image.js';
import { sandboxTools } from './checks/sandbox-tools.js';
import { schedstat } from './checks/schedstat.js';
import { schema } from './checks/schema.js';
import { searchAttributes } from './checks/search-attributes.js';
import { stuck } from './checks/stuck-workflows.js';
import { sweep } from './checks/sweep.js';
import { temporal } from './checks/temporal.js';
import { warmImage } from './checks/warm-image.js';

/** In display order. */
export const allChecks: readonly Check[] = [
  nodeVersion,
  memory,
  disk,
  schedstat,
  processor,
  clock,
  dockerEngine,
  sandboxImage,
  sandboxTools,
  warmImage,
  broker,
  queue,
  queueKind,
  legacyQueue,
  consumers,
  queueDepth,
  database,
  schema,
  rights,
  backup,
  backend,
  temporal,
  namespace,
  platformClaim,
  searchAttributes,
  ...pollers,
  stuck,
  sweep,
];
