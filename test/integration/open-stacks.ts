import type { GradingStack } from '../../devstack/stack/grading-stack.js';

const open: GradingStack[] = [];

/** Of a test that fails, these stacks' logs and histories are shown (around-each-file.ts). */
export function noteStack(stack: GradingStack): void {
  open.push(stack);
}

/** Those noted since the last call. */
export function takeStacks(): readonly GradingStack[] {
  return open.splice(0);
}
