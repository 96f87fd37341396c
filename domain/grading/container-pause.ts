/** A grading that lost its container waits before it takes another one. Its timer carries this, as Temporal tells no more of one. */
export interface ContainerPause {
  /** Number of the container that follows: 2 after the first. */
  readonly container: number;
  readonly reason: string;
}

const reasonChars = 100;

/** For the web UI. */
export function describePause({ container, reason }: ContainerPause): string {
  return `pause before container ${container} (after: ${reason.slice(0, reasonChars)})`;
}

/** @returns undefined for other words, those of earlier releases too. */
export function readPause(text: string): ContainerPause | undefined {
  const [, container, reason] = /^pause before container (\d+) \(after: (.*)\)$/s.exec(text) ?? [];
  return container === undefined || reason === undefined
    ? undefined
    : { container: Number(container), reason };
}
