import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GradingStack } from '../../devstack/stack/grading-stack.js';
import type { ManagedProcess } from '../../devstack/stack/managed-process.js';

export const workerNames = ['worker-a', 'worker-b'] as const;
export const memberNames = ['bridge', ...workerNames] as const;
export type Member = (typeof memberNames)[number];

/** Our own processes, each started again whenever it ends, as a supervisor would. */
export interface Members {
  /** Both resolve when it has ended; it stays so until `revive`. */
  kill(member: Member): Promise<void>;
  revive(member: Member): void;
  /** @returns what lets it go on. */
  freeze(member: Member): () => void;
  /** Fills its TEMP_DIR. @returns what makes room again. */
  fillDisk(member: Member): () => void;
  /** Sets its clock off by what libfaketime understands, such as `+1h`. @returns what sets it right. */
  stepClock(member: Member, step: string): () => void;
  /** Resolves when all do their work. */
  ready(): Promise<void>;
  /** How often each ended without having been killed by us: crashes that restart alone would hide. */
  readonly unasked: ReadonlyMap<Member, number>;
  stop(): Promise<void>;
}

export interface MemberOptions {
  /** Of every member. */
  readonly environment: Readonly<Record<string, string>>;
  /** TEMP_DIR is a small file system of each member's own. */
  readonly mountsDisks: boolean;
  /** The library that fakes the time, where there is one. */
  readonly fakeTime: string | undefined;
}

interface Supervised {
  process: ManagedProcess | undefined;
  /** Set while it is to stay dead. */
  killed: { readonly revived: Promise<void>; readonly revive: () => void } | undefined;
}

/** Room for every output the programs have, and soon full. */
const diskBytes = 16 * 1024 * 1024;

/** Two workers with a pool each, as two hosts have: what one keeps on its disk the other cannot read. */
export async function startMembers(stack: GradingStack, options: MemberOptions): Promise<Members> {
  const scratch = mkdtempSync(join(tmpdir(), 'grader-chaos-'));
  const supervised = new Map<Member, Supervised>();
  const unasked = new Map<Member, number>();
  let isStopping = false;

  const diskOf = (member: Member): string => join(scratch, member);
  const clockOf = (member: Member): string => join(scratch, `${member}.clock`);
  for (const member of memberNames) {
    mkdirSync(diskOf(member));
    writeFileSync(clockOf(member), '+0');
    if (options.mountsDisks) mountSmallDisk(diskOf(member));
  }
  const settingsOf = (member: Member): Record<string, string> => ({
    ...options.environment,
    TEMP_DIR: diskOf(member),
    ...(member !== 'bridge' && { HOST_ID: `${stack.places.queue}-${member}` }),
    ...(member !== 'bridge' &&
      options.fakeTime !== undefined &&
      fakedTime(options.fakeTime, clockOf(member))),
  });
  const supervise = async (member: Member, state: Supervised): Promise<void> => {
    while (!isStopping) {
      state.process = await stack.launch(member === 'bridge' ? 'bridge' : 'worker', settingsOf(member));
      await state.process.exited;
      if (isStopping) return;
      if (state.killed === undefined) {
        unasked.set(member, (unasked.get(member) ?? 0) + 1);
        await sleep(1_000);
      }
      await state.killed?.revived;
    }
  };
  const loops = memberNames.map((member) => {
    const state: Supervised = { process: undefined, killed: undefined };
    supervised.set(member, state);
    return supervise(member, state);
  });
  return {
    async kill(member) {
      const state = supervised.get(member);
      if (state?.process === undefined) return;
      let revive: () => void = () => undefined;
      const revived = new Promise<void>((resolve) => {
        revive = resolve;
      });
      state.killed = { revived, revive };
      state.process.kill('SIGKILL');
      await state.process.exited;
    },
    revive(member) {
      const state = supervised.get(member);
      const killed = state?.killed;
      if (state) state.killed = undefined;
      killed?.revive();
    },
    freeze(member) {
      const frozen = supervised.get(member)?.process;
      frozen?.kill('SIGSTOP');
      return () => frozen?.kill('SIGCONT');
    },
    fillDisk(member) {
      const ballast = join(diskOf(member), 'ballast');
      const { bavail, bsize } = statfsSync(diskOf(member));
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bsize)));
      return () => rmSync(ballast, { force: true });
    },
    stepClock(member, step) {
      writeFileSync(clockOf(member), step);
      return () => writeFileSync(clockOf(member), '+0');
    },
    async ready() {
      const begun = () => [...supervised.values()].flatMap(({ process: it }) => it ?? []);
      while (begun().length < memberNames.length) await sleep(50);
      await Promise.all(begun().map((it) => it.ready()));
    },
    unasked,
    async stop() {
      isStopping = true;
      for (const { killed } of supervised.values()) killed?.revive();
      await stack.stop();
      await Promise.all(loops);
      if (options.mountsDisks) for (const member of memberNames) unmount(diskOf(member));
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Whether this process may mount: asked by trying. */
export function mayMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'grader-chaos-mount-'));
  try {
    mountSmallDisk(place);
    unmount(place);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Debian's package `libfaketime`; undefined where it is not installed. */
export function findFakeTime(): string | undefined {
  return ['x86_64-linux-gnu', 'aarch64-linux-gnu']
    .map((machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`)
    .find((path) => existsSync(path));
}

/** The time of day only: timers and time-outs run by the monotonic clock, which no step touches. */
function fakedTime(library: string, file: string): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_RESET: '1',
  };
}

function mountSmallDisk(place: string): void {
  const options = `size=${diskBytes},mode=0700`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'grader-chaos', place], { stdio: 'ignore' });
}

function unmount(place: string): void {
  try {
    execFileSync('umount', ['--lazy', place], { stdio: 'ignore' });
  } catch {
    // It was not mounted, or is already gone.
  }
}
