import type { BacklogWatch } from './backlog-watch.js';
import type { ControlWatcher } from './control-watcher.js';
import type { Grader } from './grader.js';
import { parseMessage } from './message.js';
import type { Decision, Outcome } from './outcome.js';
import type { Router } from './router.js';

/**
 * Decides what becomes of a message, by the mode that holds when its grading is about to start. Where the setting
 * changes before that, it is decided again: what was delivered for one mode is never handled by another.
 */
export class MessageDecision {
  readonly #control: Pick<ControlWatcher, 'current'>;
  readonly #grader: Pick<Grader, 'grade' | 'isAwaited'>;
  readonly #router: Pick<Router, 'route'>;
  readonly #backlog: Pick<BacklogWatch, 'mayStart'>;

  constructor(
    control: Pick<ControlWatcher, 'current'>,
    grader: Pick<Grader, 'grade' | 'isAwaited'>,
    router: Pick<Router, 'route'>,
    backlog: Pick<BacklogWatch, 'mayStart'>,
  ) {
    this.#control = control;
    this.#grader = grader;
    this.#router = router;
    this.#backlog = backlog;
  }

  /** Never rejects: what is thrown below becomes `hold`. */
  async decide(body: Uint8Array): Promise<Outcome> {
    try {
      for (;;) {
        const decision = await this.#decideNow(body);
        if (decision.kind !== 'again') return decision;
      }
    } catch (cause) {
      return { kind: 'hold', cause };
    }
  }

  async #decideNow(body: Uint8Array): Promise<Decision> {
    const { mode } = this.#control.current();
    if (mode === 'off') return { kind: 'give-back' };
    const message = parseMessage(body);
    if (message.kind === 'bad') return { kind: 'quarantine', reason: message.reason, detail: message.detail };
    const { submissionId } = message;
    switch (mode) {
      case 'standby':
      case 'equal':
      case 'primary':
      case 'paced':
        // One more message for the same start adds nothing to the backlog.
        if (!this.#grader.isAwaited(submissionId) && !this.#backlog.mayStart()) return { kind: 'give-back' };
        return this.#grader.grade(submissionId, 'bridge', () => this.#competes());
      case 'router':
        return this.#router.route(submissionId);
      default:
        throw new Error(`no such mode: ${String(mode satisfies never)}`);
    }
  }

  #competes(): boolean {
    const { mode } = this.#control.current();
    return mode !== 'off' && mode !== 'router';
  }
}
