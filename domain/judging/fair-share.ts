/**
 * The most that each of several may take so that all of them together keep a limit: what is small is left whole, and
 * what is large is cut to the same size. Infinite where nothing has to be cut.
 */
export function fairShare(sizes: readonly number[], limit: number): number {
  let left = limit;
  const ascending = sizes.toSorted((a, b) => a - b);
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (size > share) return Math.max(0, share);
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}
