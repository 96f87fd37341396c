import { cleanLine } from '../../platform/terminal/clean-text.js';

/** What each service is doing, for a person who waits. */
export interface Progress {
  /** The service's state now, such as "starting a private node". */
  step(service: string, text: string): void;
  done(service: string, text: string): void;
}

/**
 * Plain lines with elapsed seconds; on a terminal the repeated steps of one service overwrite each other as long as no
 * other service speaks.
 */
export function createProgress(out: NodeJS.WriteStream): Progress {
  const startedAt = Date.now();
  const begunAt = new Map<string, number>();
  let openService: string | undefined;
  const write = (service: string, mark: string, text: string, isFinal: boolean) => {
    const elapsed = seconds(Date.now() - startedAt).padStart(7);
    // Of package managers and daemons, too.
    const line = `${elapsed}  ${service.padEnd(9)} ${mark} ${cleanLine(text)}`;
    if (!out.isTTY) {
      out.write(`${line}\n`);
      return;
    }
    const start = openService === undefined ? '' : openService === service ? '\r\x1b[K' : '\n';
    out.write(start + line.slice(0, Math.max(20, out.columns - 1)) + (isFinal ? '\n' : ''));
    openService = isFinal ? undefined : service;
  };
  return {
    step(service, text) {
      if (!begunAt.has(service)) begunAt.set(service, Date.now());
      write(service, '…', text, false);
    },
    done(service, text) {
      const begun = begunAt.get(service) ?? Date.now();
      begunAt.delete(service);
      write(service, '✓', `${text} (${seconds(Date.now() - begun)})`, true);
    },
  };
}

/** A step's line at most every `intervalMs`: for the hundreds of lines of a package manager. */
export function paced(intervalMs: number, say: (text: string) => void): (text: string) => void {
  let last = Date.now();
  return (text) => {
    if (Date.now() - last < intervalMs) return;
    last = Date.now();
    say(text);
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
