import { withDeadline } from '../../platform/deadline.js';
import type { Area, Check, Finding } from './check.js';
import { failedBy } from './check.js';
import type { DoctorContext } from './doctor-context.js';

export interface CheckResult extends Finding {
  readonly name: string;
  readonly area: Area;
  /** False if a check that it needs failed or was skipped. */
  readonly isMade: boolean;
  readonly tookMs: number;
}

const defaultTimeoutMs = 15_000;

/**
 * Runs all checks side by side, each with its own time limit. A check waits for the one it needs, and is skipped if
 * that one failed. Results keep the order of the checks.
 */
export function runChecks(checks: readonly Check[], context: DoctorContext): Promise<CheckResult[]> {
  const running = new Map<string, Promise<CheckResult>>();
  const start = (check: Check): Promise<CheckResult> => {
    const known = running.get(check.name);
    if (known !== undefined) return known;
    const needed = checks.find(({ name }) => name === check.needs);
    const result = runAfter(check, needed && start(needed), context);
    running.set(check.name, result);
    return result;
  };
  return Promise.all(checks.map(start));
}

async function runAfter(
  check: Check,
  needed: Promise<CheckResult> | undefined,
  context: DoctorContext,
): Promise<CheckResult> {
  const before = await needed;
  const startedAt = performance.now();
  const blocker = before !== undefined && (before.state === 'failed' || !before.isMade) ? before : undefined;
  const finding = blocker === undefined ? await runOne(check, context) : notMade(blocker.name);
  return {
    name: check.name,
    area: check.area,
    ...finding,
    isMade: blocker === undefined,
    tookMs: Math.round(performance.now() - startedAt),
  };
}

function notMade(neededName: string): Finding {
  return { state: 'warning', seen: `not looked at, since "${neededName}" failed` };
}

async function runOne(check: Check, context: DoctorContext): Promise<Finding> {
  try {
    return await withDeadline(check.name, check.timeoutMs ?? defaultTimeoutMs, check.run(context));
  } catch (error) {
    return failedBy(error, `grader doctor --only ${JSON.stringify(check.name)}`);
  }
}
