import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import type { BridgeDependencies } from './dependencies.js';
import { createGrader } from './grade.js';
import type { MessageHandler } from './handle-message.js';
import { createMessageHandler } from './handle-message.js';
import { createRouter } from './route.js';
import { createSubmissionLookup } from './submission-lookup.js';

/** Handles each message by the mode that holds when it comes. */
export function createHandlerByMode(
  deps: BridgeDependencies,
  current: () => BridgeControl,
  isFailOpen: () => boolean,
  isClosing: () => boolean,
  onCall: (call: Promise<unknown>) => void,
): MessageHandler {
  const lookup = deps.findHeader
    ? createSubmissionLookup(deps.findHeader, deps.log)
    : () => Promise.resolve({ kind: 'unknown' } as const);
  const grade = createMessageHandler(createGrader(deps.starter, lookup, 'bridge'));
  const route = createMessageHandler(
    createRouter({
      setting: current,
      grade: createGrader(deps.starter, lookup, 'router'),
      starter: deps.starter,
      isFailOpen,
      isEnded: isClosing,
      onCall,
    }),
  );
  return (delivery) => (current().mode === 'router' ? route(delivery) : grade(delivery));
}
