import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CutoverPlan } from '../../domain/cutover/cutover-plan.js';
import { errorText } from '../../domain/errors/error-text.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { planSchema } from './plan-schema.js';

/** Reads and checks a whole plan. @throws UsageError that lists every mistake. */
export function loadPlan(file: string): CutoverPlan {
  return parsePlan(read(file), file);
}

export function parsePlan(source: string, file: string): CutoverPlan {
  let value: unknown;
  try {
    value = parse(source);
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${errorText(error)}`);
  }
  const parsed = planSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || 'the plan'}: ${message}`,
  );
  throw new UsageError(
    `${file} is not a plan that can be started; nothing was moved:\n${problems.join('\n')}\nSample plans: docs/cutover-plans/`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be read. Give the path of a plan, such as docs/cutover-plans/share-wise.yaml`,
      {
        cause,
      },
    );
  }
}
