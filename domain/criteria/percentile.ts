/**
 * The smallest value that is at least as large as this part of all values (nearest rank). Undefined without values.
 */
export function percentile(values: readonly number[], part: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
}
