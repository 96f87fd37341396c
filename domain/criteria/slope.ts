export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Above this number, points are thinned out evenly: the number of pairs grows with the square. */
const maxPoints = 240;

/**
 * The median of the slopes between all pairs (Theil–Sen): a few outliers, such as a large submission, do not move it.
 * @returns undefined for fewer than two points.
 */
export function typicalSlope(points: readonly Point[]): number | undefined {
  const step = Math.max(1, Math.ceil(points.length / maxPoints));
  const kept = points.filter((_, index) => index % step === 0);
  const slopes = kept.flatMap((a, index) =>
    kept
      .slice(index + 1)
      .filter((b) => b.x !== a.x)
      .map((b) => (b.y - a.y) / (b.x - a.x)),
  );
  slopes.sort((a, b) => a - b);
  const middle = slopes.length / 2;
  if (slopes.length === 0) return undefined;
  if (!Number.isInteger(middle)) return slopes[Math.floor(middle)];
  return ((slopes[middle - 1] ?? 0) + (slopes[middle] ?? 0)) / 2;
}
