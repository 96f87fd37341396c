import { z } from 'zod';
import { bridgeModes } from '../../domain/cutover/bridge-control.js';
import { optional, required } from './setting.js';
import { choice, duration, shareOfAll, wholeNumber } from './value-parsers.js';

/** What bridges take from the queue. */
export const bridge = {
  bridgePrefetch: required('BRIDGE_PREFETCH', wholeNumber(1, 65_535), {
    group: 'Bridge and workers',
    description: 'Messages the bridge holds at a time. More leave fewer to other consumers.',
    unit: 'messages',
    default: '20',
  }),
  bridgeMode: required('BRIDGE_MODE', choice(bridgeModes), {
    group: 'Bridge and workers',
    description:
      'How the bridge takes messages until `grader mode set` says otherwise: not at all, after, beside or before other consumers, a share by rate, or all of them as a router.',
    unit: '',
    default: 'equal',
  }),
  bridgeShare: required('BRIDGE_SHARE', shareOfAll(), {
    group: 'Bridge and workers',
    description: 'Share of the submissions in the modes paced and router, in steps of 0.01 %.',
    unit: '',
    default: '0%',
  }),
  bridgeSalt: required('BRIDGE_SALT', z.string().max(200, { error: 'at most 200 characters' }), {
    group: 'Bridge and workers',
    description: 'Chooses which submissions are in a share; another salt is another set.',
    unit: '',
    default: 'cutover',
  }),
  legacyQueue: optional('LEGACY_QUEUE', z.string().min(1).max(255, { error: 'at most 255 characters' }), {
    group: 'Bridge and workers',
    description:
      'Queue of the legacy workers in mode router; they are started with RABBITMQ_QUEUE set to it. Default: <queue>.legacy.',
    unit: '',
    example: 'grading_queue.legacy',
  }),
  routerPrefetch: required('ROUTER_PREFETCH', wholeNumber(1, 65_535), {
    group: 'Bridge and workers',
    description: 'Messages the bridge holds at a time in mode router.',
    unit: 'messages',
    default: '400',
  }),
  bridgeBacklogLimit: required('BRIDGE_BACKLOG_LIMIT', wholeNumber(0, 1_000_000), {
    group: 'Bridge and workers',
    description:
      'While more gradings wait for a worker or a container, a bridge that competes leaves messages to the other consumers.',
    unit: 'gradings',
    default: '50',
  }),
  failOpenAfterMs: required('FAIL_OPEN_AFTER', duration(1_000), {
    group: 'Bridge and workers',
    description:
      'A router forwards everything to the legacy workers once Temporal has not answered for this long.',
    unit: '',
    default: '5s',
  }),
};
