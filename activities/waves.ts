import { setTimeout as sleep } from 'node:timers/promises';

/** Nobody waits longer for the others: one of them may be slow, or have no slot of the worker yet. */
const waitsAtMostMs = 250;
const maxWaves = 1000;

interface Wave {
  left: number;
  readonly lastEnded: Promise<void>;
  readonly end: () => void;
}

/**
 * Local activities that were begun together end together: the workflow is entered for the first of them, and once for
 * those that have arrived meanwhile; an entry costs more than a short test does. Nothing is less safe: what ran within a
 * workflow task is kept once the task has ended.
 */
export class Waves {
  readonly #waves = new Map<string, Wave>();

  /**
   * Called by each of them when it has ended.
   * @param name the same for all of a wave, and for no other.
   * @param size of the wave.
   * @param ranForMs how long it has run: one that was slow may have no time left to wait in.
   */
  async end(name: string, size: number, ranForMs = 0): Promise<void> {
    const wave = this.#waves.get(name) ?? this.#begin(name, size);
    wave.left -= 1;
    if (wave.left > 0) {
      if (ranForMs < waitsAtMostMs) await Promise.race([wave.lastEnded, sleep(waitsAtMostMs)]);
      return;
    }
    this.#waves.delete(name);
    wave.end();
  }

  #begin(name: string, size: number): Wave {
    let end = () => {};
    const lastEnded = new Promise<void>((resolve) => {
      end = resolve;
    });
    // Some never end, such as those of a workflow task that was lost.
    const [oldest] = this.#waves.keys();
    if (oldest !== undefined && this.#waves.size >= maxWaves) this.#waves.delete(oldest);
    const wave = { left: size, lastEnded, end };
    this.#waves.set(name, wave);
    return wave;
  }
}
