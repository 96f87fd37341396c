import { percentile as ofSome } from '../domain/criteria/percentile.js';

/** As in `domain/`; NaN of none, which no target admits. */
export function percentile(values: readonly number[], part: number): number {
  return ofSome(values, part) ?? Number.NaN;
}
