import { z } from 'zod';
import { bridgeModes } from '../../domain/cutover/bridge-control.js';
import { optional, required } from './setting.js';
import { choice, duration, shareOfAll, wholeNumber } from './value-parsers.js';

/** What bridges take from the queue. */
export const bridgeVariables = {
  BRIDGE_PREFETCH: required(wholeNumber(1, 65_535), {
    group: 'Bridge and workers',
    description: 'Messages the bridge holds at a time. More leave fewer to other consumers.',
    unit: 'messages',
    default: '20',
  }),
  BRIDGE_MODE: required(choice(bridgeModes), {
    group: 'Bridge and workers',
    description:
      'How the bridge takes messages until `grader mode set` says otherwise: not at all, after, beside or before other consumers, a share by rate, or all of them as a router.',
    unit: '',
    default: 'equal',
  }),
  BRIDGE_SHARE: required(shareOfAll(), {
    group: 'Bridge and workers',
    description: 'Share of the submissions in the modes paced and router, in steps of 0.01 %.',
    unit: '',
    default: '0%',
  }),
  BRIDGE_SALT: required(z.string().max(200, { error: 'at most 200 characters' }), {
    group: 'Bridge and workers',
    description: 'Chooses which submissions are in a share; another salt is another set.',
    unit: '',
    default: 'cutover',
  }),
  LEGACY_QUEUE: optional(z.string().min(1).max(255, { error: 'at most 255 characters' }), {
    group: 'Bridge and workers',
    description:
      'Queue of the legacy workers in mode router; they are started with RABBITMQ_QUEUE set to it. Default: <queue>.legacy.',
    unit: '',
    example: 'grading_queue.legacy',
  }),
  ROUTER_PREFETCH: required(wholeNumber(1, 65_535), {
    group: 'Bridge and workers',
    description: 'Messages the bridge holds at a time in mode router.',
    unit: 'messages',
    default: '400',
  }),
  BRIDGE_BACKLOG_LIMIT: required(wholeNumber(0, 1_000_000), {
    group: 'Bridge and workers',
    description:
      'While more gradings wait for a worker or a container, a bridge that competes leaves messages to the other consumers.',
    unit: 'gradings',
    default: '50',
  }),
  FAIL_OPEN_AFTER: required(duration(1_000), {
    group: 'Bridge and workers',
    description:
      'A router forwards everything to the legacy workers once Temporal has not answered for so long.',
    unit: '',
    default: '5s',
  }),
};
