import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GradingStack } from '../../devstack/stack/grading-stack.js';
import type { ManagedProcess } from '../../devstack/stack/managed-process.js';
import type { Member } from './schedule.js';

/** Our own processes, each started again whenever it ends, as a supervisor would. */
export interface Members {
  kill(member: Member, downMs: number): Promise<void>;
  freeze(member: Member, forMs: number): Promise<void>;
  /** How often each ended without having been killed by us: crashes that restart alone would hide. */
  readonly unasked: ReadonlyMap<Member, number>;
  stop(): Promise<void>;
}

interface Supervised {
  process: ManagedProcess | undefined;
  /** Pause before the next start. */
  downMs: number;
  isKilled: boolean;
}

const all: readonly Member[] = ['bridge', 'worker-a', 'worker-b'];

/** Two workers with a pool each, as two hosts have: what one keeps on its disk the other cannot read. */
export async function startMembers(stack: GradingStack, backendUrl: string): Promise<Members> {
  const scratch = mkdtempSync(join(tmpdir(), 'grader-chaos-'));
  const supervised = new Map<Member, Supervised>();
  const unasked = new Map<Member, number>();
  let isStopping = false;

  const settingsOf = (member: Member): Record<string, string> =>
    member === 'bridge'
      ? {}
      : {
          HOST_ID: `${stack.places.queue}-${member}`,
          BACKEND_API_URL: backendUrl,
          TEMP_DIR: join(scratch, member),
        };
  const supervise = async (member: Member, state: Supervised): Promise<void> => {
    while (!isStopping) {
      state.process = await stack.launch(member === 'bridge' ? 'bridge' : 'worker', settingsOf(member));
      await state.process.exited;
      if (isStopping) return;
      if (!state.isKilled) unasked.set(member, (unasked.get(member) ?? 0) + 1);
      await sleep(state.isKilled ? state.downMs : 1_000);
      state.isKilled = false;
    }
  };
  const loops = all.map((member) => {
    const state: Supervised = { process: undefined, downMs: 0, isKilled: false };
    supervised.set(member, state);
    return supervise(member, state);
  });
  return {
    async kill(member, downMs) {
      const state = supervised.get(member);
      if (state?.process === undefined) return;
      state.isKilled = true;
      state.downMs = downMs;
      state.process.kill('SIGKILL');
      await state.process.exited;
    },
    async freeze(member, forMs) {
      const frozen = supervised.get(member)?.process;
      frozen?.kill('SIGSTOP');
      await sleep(forMs);
      frozen?.kill('SIGCONT');
    },
    unasked,
    async stop() {
      isStopping = true;
      await stack.stop();
      await Promise.all(loops);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
