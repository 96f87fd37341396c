export type SessionEnd =
  | { readonly kind: 'lost'; readonly what: string }
  | { readonly kind: 'hold'; readonly cause: unknown };

export interface EndOnce {
  readonly promise: Promise<SessionEnd>;
  with(end: SessionEnd): void;
  isEnded(): boolean;
  /** Ended, and the channels with it. After a hold they still take acks. */
  isLost(): boolean;
}

/** The first cause wins; a loss after a hold is still noted, since nothing can be acked any more. */
export function endOnce(): EndOnce {
  let resolve: (end: SessionEnd) => void = () => undefined;
  const promise = new Promise<SessionEnd>((fulfil) => {
    resolve = fulfil;
  });
  let isEnded = false;
  let isLost = false;
  return {
    promise,
    with(end) {
      isEnded = true;
      isLost ||= end.kind === 'lost';
      resolve(end);
    },
    isEnded: () => isEnded,
    isLost: () => isLost,
  };
}
