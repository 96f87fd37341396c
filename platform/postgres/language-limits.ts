import { z } from 'zod';
import type { LoadedSubmission } from '../../activities/dependencies.js';

/** A number, also one that a tool has written as text. */
const positive = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\s*\d+(\.\d+)?\s*$/)
    .transform(Number)
    .pipe(z.number().positive()),
]);
const limits = z.object({
  timeMs: positive.optional().catch(undefined),
  memoryKb: positive.optional().catch(undefined),
});

/**
 * `problems.language_limits` (contract §3). Teachers' tools write it: entries of another shape are ignored, and the
 * problem's own limits apply.
 */
export function languageLimitsFrom(value: unknown): LoadedSubmission['languageLimits'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value).flatMap(([language, raw]) => {
    const parsed = limits.safeParse(raw);
    if (!parsed.success) return [];
    const { timeMs, memoryKb } = parsed.data;
    return [[language, { ...(timeMs && { timeMs }), ...(memoryKb && { memoryKb }) }] as const];
  });
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
