import { setTimeout as sleep } from 'node:timers/promises';
import { Semaphore } from '../domain/concurrency/semaphore.js';
import { SharedCalls } from '../domain/concurrency/shared-calls.js';
import { isInShare } from '../domain/grading/share-hash.js';
import { withDeadline } from '../platform/deadline.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import type { ControlWatcher } from './control-watcher.js';
import type { Grader } from './grader.js';
import type { OpenCalls } from './open-calls.js';
import type { Decision } from './outcome.js';

export interface RouterOptions {
  readonly control: Pick<ControlWatcher, 'current' | 'failOpenMs'>;
  /** For how long the database has not answered, ms, where a router fails open for it. */
  readonly databaseFailOpenMs: () => number | undefined;
  /** Starts the grading of a submission that is ours. */
  readonly grader: Pick<Grader, 'grade'>;
  readonly starter: Pick<GradingStarter, 'joinRunning'>;
  /** The bridge closes: what fails now is not tried again. */
  readonly closing: AbortSignal;
  readonly openCalls: OpenCalls;
}

const retryStartAfterMs = 250;
/** More would only queue up in the server, and the next setting, an abort perhaps, behind them. */
const maxStarts = 16;
const lookTimeoutMs = 3_000;

/**
 * Decides for every message of the queue: ids in the share are graded here, the others are the legacy workers'.
 *
 * The setting that holds when its grading is about to start decides. What runs here already, begun under another setting,
 * stays here whatever the share is now.
 *
 * While a start fails the message is kept in flight and tried again, until it works or the bridge fails open. A start that
 * was forwarded for lack of an answer may have happened all the same; then both sides grade it, and the verdict that is
 * told last stands.
 */
export class Router {
  readonly #options: RouterOptions;
  readonly #starts = new Semaphore(maxStarts);
  readonly #joins = new SharedCalls<number, boolean>();

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** One attempt. @throws what the start failed with when the bridge closes. */
  async route(submissionId: number): Promise<Decision> {
    const { control, grader, closing } = this.#options;
    if (!this.#isOurs(submissionId)) return this.#leave(submissionId, 'share');
    if (this.#isFailOpen()) return this.#leave(submissionId, 'fail-open');
    const isOurs = () => control.current().mode === 'router' && this.#isOurs(submissionId);
    return this.#starts.run(async () => {
      try {
        // The share may have been taken back while it waited.
        if (!isOurs()) return { kind: 'again' };
        return await this.#untilFailOpen(grader.grade(submissionId, 'router', isOurs));
      } catch (error) {
        if (closing.aborted) throw error;
        await sleep(retryStartAfterMs);
        return { kind: 'again' };
      }
    });
  }

  /**
   * It is the legacy workers', unless a grading of it runs here: begun under another setting, that one would deliver
   * after theirs what it has loaded before.
   */
  async #leave(submissionId: number, why: 'share' | 'fail-open'): Promise<Decision> {
    if (await this.#isHere(submissionId)) return { kind: 'ack', as: 'joined', submissionId };
    // The look takes time.
    if (this.#options.control.current().mode !== 'router') return { kind: 'again' };
    return { kind: 'forward', why, submissionId };
  }

  #isOurs(submissionId: number): boolean {
    const { share, salt } = this.#options.control.current();
    return isInShare(submissionId, share, salt, 'route');
  }

  /** Temporal or the database has been out of reach for FAIL_OPEN_AFTER: everything goes to the legacy workers. */
  #isFailOpen(): boolean {
    return this.#isTemporalSilent() || this.#options.databaseFailOpenMs() !== undefined;
  }

  #isTemporalSilent(): boolean {
    return this.#options.control.failOpenMs() !== undefined;
  }

  async #isHere(submissionId: number): Promise<boolean> {
    if (this.#isTemporalSilent()) return false;
    const joining = this.#joins.share(submissionId, () => this.#options.starter.joinRunning(submissionId));
    this.#options.openCalls.add(joining);
    try {
      return await withDeadline('join a grading', lookTimeoutMs, joining);
    } catch {
      // A second grading by the legacy workers does less harm than a message that waits for us.
      return false;
    }
  }

  /** A server that does not answer at all keeps a start for ten seconds; failing open does not wait for that. */
  async #untilFailOpen(work: Promise<Decision>): Promise<Decision> {
    this.#options.openCalls.add(work);
    let timer: NodeJS.Timeout | undefined;
    const opened = new Promise<never>((_resolve, reject) => {
      timer = setInterval(() => {
        if (this.#isFailOpen() || this.#options.closing.aborted)
          reject(new Error('Temporal or the database does not answer'));
      }, retryStartAfterMs);
    });
    try {
      return await Promise.race([work, opened]);
    } finally {
      clearInterval(timer);
    }
  }
}
