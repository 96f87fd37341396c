import { z } from 'zod';
import { bridgeModes } from '../../domain/cutover/bridge-control.js';
import { amqpUrl } from './platform-slices.js';
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
      'Mode of the bridge until `grader mode set` changes it: off, standby, equal, primary, paced or router (docs/cutover.md).',
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
    description: 'Picks the submissions of a share; another salt picks others.',
    unit: '',
    default: 'cutover',
  }),
  legacyQueue: optional('LEGACY_QUEUE', z.string().min(1).max(255, { error: 'at most 255 characters' }), {
    group: 'Bridge and workers',
    description:
      'Queue of the legacy workers in mode router. Default: <queue>.legacy; with LEGACY_AMQP_URL, the name of the queue itself.',
    unit: '',
    example: 'grading_queue.legacy',
  }),
  legacyAmqpUrl: optional('LEGACY_AMQP_URL', amqpUrl(), {
    group: 'Bridge and workers',
    description:
      'Broker or vhost of the legacy workers in mode router, for those that cannot read another queue, such as the Python worker. Default: the same broker.',
    unit: '',
    example: 'amqp://guest:guest@rabbitmq-legacy:5672/',
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
      'While more gradings wait, a competing bridge leaves messages to the other consumers. It starts at most this many a second.',
    unit: 'gradings',
    default: '50',
  }),
  failOpenAfterMs: required('FAIL_OPEN_AFTER', duration(1_000), {
    group: 'Bridge and workers',
    description:
      'A router forwards everything to the legacy workers when Temporal or the database has not answered for this long.',
    unit: '',
    default: '5s',
  }),
};
