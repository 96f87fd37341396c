import { setTimeout as sleep } from 'node:timers/promises';

/** Nobody waits longer for the others: one of them may be slow, or have no slot of the worker yet. */
const waitsAtMostMs = 250;

interface Wave {
  left: number;
  readonly lastEnded: Promise<void>;
  readonly end: () => void;
}

/**
 * Local activities that were begun together end together: the workflow is entered once for all of them, which costs more
 * than a short test does. Nothing is less safe: what ran within a workflow task is kept once the task has ended.
 */
export class Waves {
  readonly #waves = new Map<string, Wave>();

  /**
   * Called by each of them when it has ended.
   * @param name the same for all of a wave, and for no other.
   * @param size of the wave.
   */
  async end(name: string, size: number): Promise<void> {
    const wave = this.#waves.get(name) ?? this.#begin(name, size);
    wave.left -= 1;
    if (wave.left <= 0) wave.end();
    else await Promise.race([wave.lastEnded, sleep(waitsAtMostMs)]);
    // Who comes later waits in vain, but for so short a time.
    this.#waves.delete(name);
  }

  #begin(name: string, size: number): Wave {
    let end = () => {};
    const lastEnded = new Promise<void>((resolve) => {
      end = resolve;
    });
    const wave = { left: size, lastEnded, end };
    this.#waves.set(name, wave);
    return wave;
  }
}
