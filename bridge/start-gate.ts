/** Lets so many work at a time; the others wait in the order in which they came. */
export interface StartGate {
  enter(): Promise<void>;
  leave(): void;
}

export function createStartGate(limit: number): StartGate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    async enter() {
      if (inside >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
      else inside += 1;
    },
    leave() {
      const next = waiting.shift();
      // The place passes on without becoming free.
      if (next) next();
      else inside -= 1;
    },
  };
}
