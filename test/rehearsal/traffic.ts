import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoProgram } from '../../devstack/demo/catalogue.js';
import { demoPrograms, demoSource } from '../../devstack/demo/catalogue.js';
import { createDemoProblems } from '../../devstack/demo/run-demo.js';
import type { BackendApi, SubmissionState } from '../../devstack/stack/backend-api.js';
import { isUngraded } from '../../devstack/stack/backend-api.js';
import { errorText } from '../../domain/errors/error-text.js';
import { ActionableError } from '../../platform/process/actionable-error.js';
import type { ResultBody } from '../../reference-backend/bodies.js';
import { differently } from './rehearsal-legacy-worker.js';

/** Students who hand in the programs of the demo, whose verdicts are known. */
export interface Traffic {
  /** One submission each `intervalMs`, until the time is over or the signal comes. */
  run(forMs: number, intervalMs: number, signal: AbortSignal): Promise<void>;
  /** @throws Error when it is not of this traffic. */
  verdictOfLegacyWorker(submissionId: number): ResultBody;
  /** Waits for the last verdicts, at most ten minutes, and compares all of them. */
  settle(): Promise<TrafficLedger>;
}

export interface TrafficLedger {
  readonly handedIn: number;
  readonly right: number;
  /** Got the other verdict that the legacy worker was told to give. */
  readonly planted: number;
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
}

const settleWithinMs = 600_000;
/** The first of a language makes its warm image, and a rehearsal may share its host. */
const learnWithinMs = 1_800_000;
const tellEveryMs = 30_000;

/** Has every program graded once. @param differPercent how many of the legacy worker's verdicts are to be others. */
export async function startTraffic(
  backend: BackendApi,
  differPercent: number,
  say: (line: string) => void,
): Promise<Traffic> {
  const problemIds = await createDemoProblems(backend);
  const known = new Map<DemoProgram, ResultBody>();
  for (const [index, program] of demoPrograms.entries()) {
    const id = await handIn(program);
    const state = await verdict(backend, id, learnWithinMs, (seconds) =>
      say(`still waiting for the verdict of ${program.file}, for ${seconds} s; a busy host takes its time`),
    );
    if (state === undefined) {
      throw new ActionableError(
        `${program.file} (submission ${id}) has no verdict after ${learnWithinMs / 60_000} minutes: is the host very busy, or does the worker not grade?`,
        { remedy: 'look at .local/rehearsal/log/, then start the rehearsal again; `uptime` shows the load' },
      );
    }
    say(`${index + 1} of ${demoPrograms.length}: ${program.file} ${state.status}`);
    known.set(program, { overall_status: state.status, results: [...state.results] });
  }
  const handedIn = new Map<number, DemoProgram>();

  function handIn(program: DemoProgram): Promise<number> {
    return backend.submit({
      problem_id: problemIds.get(program.problem) ?? 0,
      source_code: demoSource(program.file),
      language: program.language,
    });
  }
  function knownOf(id: number): ResultBody {
    const program = handedIn.get(id);
    const result = program && known.get(program);
    if (result === undefined) throw new Error(`submission ${id} is not of this rehearsal`);
    return result;
  }
  const isPlanted = (id: number): boolean => (id * 37) % 100 < differPercent;

  return {
    async run(forMs, intervalMs, signal) {
      const until = Date.now() + forMs;
      while (Date.now() < until && !signal.aborted) {
        // A problem without tests is a System Error by the platform's fault; students do not see such.
        const choice = demoPrograms.filter(({ problem }) => problem.tests.length > 0);
        const program = choice[Math.floor(Math.random() * choice.length)];
        try {
          if (program) handedIn.set(await handIn(program), program);
        } catch (error) {
          // A student would see the backend's answer, too; grader sweep finds what it has stored and not queued.
          say(errorText(error));
        }
        await sleep(intervalMs * 2 * Math.random(), undefined, { signal }).catch(() => undefined);
      }
    },
    verdictOfLegacyWorker: (id) => (isPlanted(id) ? differently(knownOf(id)) : knownOf(id)),
    async settle() {
      const missing: string[] = [];
      const wrong: string[] = [];
      let right = 0;
      let planted = 0;
      for (const [id, program] of handedIn) {
        const state = await verdict(backend, id);
        const { overall_status: expected } = knownOf(id);
        const other = isPlanted(id) ? differently(knownOf(id)).overall_status : expected;
        if (state === undefined) missing.push(`${id} (${program.file}) has no verdict`);
        else if (state.status === expected) right += 1;
        else if (state.status === other) planted += 1;
        else wrong.push(`${id} (${program.file}) is ${state.status}, not ${expected}`);
      }
      return { handedIn: handedIn.size, right, planted, missing, wrong };
    },
  };
}

async function verdict(
  backend: BackendApi,
  id: number,
  withinMs = settleWithinMs,
  tellWaiting: (seconds: number) => void = () => undefined,
): Promise<SubmissionState | undefined> {
  const beganAt = Date.now();
  let toldAt = beganAt;
  while (Date.now() - beganAt < withinMs) {
    const state = await backend.read(id);
    if (!isUngraded(state.status)) return state;
    if (Date.now() - toldAt >= tellEveryMs) {
      toldAt = Date.now();
      tellWaiting(Math.round((toldAt - beganAt) / 1000));
    }
    await sleep(500);
  }
  return undefined;
}
