import type Docker from 'dockerode';

interface ImageEvent {
  readonly status?: string;
  readonly progress?: string;
  readonly stream?: string;
  readonly error?: string;
}

/**
 * Reads the events of a pull, build or import to their end.
 * @throws Error with what the engine says went wrong: it answers 200 and tells failures inside the stream.
 */
export function followImageStream(
  engine: Docker,
  stream: NodeJS.ReadableStream,
  say: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(
      stream,
      (error: Error | null) => (error === null || error === undefined ? resolve() : reject(error)),
      (event: ImageEvent) => {
        const line = (event.stream ?? `${event.status ?? ''} ${event.progress ?? ''}`).trim();
        if (line !== '') say(line.split('\n')[0]?.slice(0, 100) ?? '');
      },
    );
  });
}
