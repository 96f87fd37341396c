import type { CommandContext } from '../../../cli/context.js';
import type { AcceptedRules } from '../../../domain/parity/accepted-rules.js';
import type { ParityReport } from '../../../domain/parity/parity-report.js';
import { readParity } from '../../../platform/parity.js';
import { listAcceptedRules } from '../../../platform/temporal/accepted-rules.js';
import { readOnce } from '../../live/series.js';

export const parityPeriods = { '1d': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const;
export type ParityPeriod = keyof typeof parityPeriods;

export interface ParityView {
  readonly report: ParityReport;
  readonly accepted: readonly AcceptedRules[];
}

/** A report reads thousands of records: whoever looks meanwhile, or turns a page of it, sees the same one. */
const readForMs = 5_000;

/** The parity report, as `grader parity` reads it, for all who look. */
export class ParityDesk {
  readonly #readings: Readonly<Record<ParityPeriod, () => Promise<ParityView>>>;

  constructor(context: CommandContext) {
    const reading = (period: ParityPeriod) =>
      readOnce(async (): Promise<ParityView> => {
        const { temporal, settings } = context;
        const since = new Date(Date.now() - parityPeriods[period]);
        const [report, accepted] = await Promise.all([
          readParity(temporal, settings, since),
          listAcceptedRules(temporal),
        ]);
        return { report, accepted };
      }, readForMs);
    this.#readings = { '1d': reading('1d'), '7d': reading('7d'), '30d': reading('30d') };
  }

  read(period: ParityPeriod): Promise<ParityView> {
    return this.#readings[period]();
  }
}
