import { z } from 'zod';
import { bridgeModes } from '../../domain/cutover/bridge-control.js';
import { shareSteps } from '../../domain/grading/share.js';

/** A point in time: ISO 8601, UTC. */
export const time = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

/** Text that is a time already. */
export const timeText = z.string().meta({ format: 'date-time' });

/** A share of the submissions: 12.5 is 12.5 %. */
export const share = z.codec(percent(), z.number(), {
  decode: (value) => Math.round((value / 100) * shareSteps),
  encode: (value) => (value / shareSteps) * 100,
});

/** A part of a whole, 0 to 1 inside, in per cent outside. */
export const part = z.codec(percent(), z.number(), {
  decode: (value) => value / 100,
  encode: (value) => Number((value * 100).toFixed(4)),
});

export const mode = z.enum(bridgeModes);
export const count = z.int();
/** A number of each kind. */
export const counts = z.record(z.string(), count);
export const skipped = z.array(z.object({ submissionId: z.int(), reason: z.string() }));
/** Rows are the earlier verdicts, columns the new ones; empty cells are left out. */
export const matrix = z.array(z.object({ from: z.string(), to: z.string(), count }));

function percent(): z.ZodNumber {
  return z.number().meta({ description: 'per cent' });
}
