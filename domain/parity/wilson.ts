/** 95 % of the standard normal distribution lie within ± this. */
const z95 = 1.959964;

export interface Proportion {
  /** Part of `of`, 0–1. Never NaN: 0 of 0 is 0 with the bounds 0 and 1. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A proportion with its 95 % Wilson score interval (E. B. Wilson 1927), which holds for small numbers and near 0 and 1,
 * where the usual ± interval does not: 20 of 20 is "at least 84 %", not "100 %".
 */
export function wilson95(count: number, of: number): Proportion {
  if (of === 0) return { rate: 0, low: 0, high: 1 };
  const rate = count / of;
  const z2 = z95 * z95;
  const scale = 1 + z2 / of;
  const centre = (rate + z2 / (2 * of)) / scale;
  const half = (z95 / scale) * Math.sqrt((rate * (1 - rate)) / of + z2 / (4 * of * of));
  return {
    rate,
    // Exact at the ends, where rounding would show.
    low: count === 0 ? 0 : Math.max(0, centre - half),
    high: count === of ? 1 : Math.min(1, centre + half),
  };
}
