import { z } from 'zod';
import { bridgeModes } from '../domain/cutover/bridge-control.js';
import { parseShare } from '../domain/grading/share.js';

/** Parsers of form fields; every field comes as a list of texts. */
const first = z
  .array(z.string())
  .min(1)
  .transform(([text = '']) => text.trim());

export const text = first;

/** Kept with the action, so it has to say something. */
export const why = first.pipe(
  z
    .string()
    .min(1, { error: 'say why; it is kept with your name' })
    .max(500, { error: 'at most 500 characters' }),
);

const id = z
  .string()
  .regex(/^\d{1,15}$/, { error: 'the number of a submission' })
  .transform(Number);

export const oneId = first.pipe(id);

/** The ticked rows. */
export const ids = z
  .array(id)
  .min(1, { error: 'nothing is chosen' })
  .max(1_000, { error: 'at most 1000 at a time' });

export const texts = z
  .array(z.string().max(200))
  .min(1, { error: 'nothing is chosen' })
  .max(1_000, { error: 'at most 1000 at a time' });

export const mode = first.pipe(z.enum(bridgeModes));

/** Empty where the mode has none. */
export const share = first.transform((given, context) => {
  if (given === '') return undefined;
  const parsed = parseShare(given.endsWith('%') ? given : `${given}%`);
  if (parsed === undefined)
    context.addIssue({ code: 'custom', message: 'a share is from 0% to 100%, such as 12.5%' });
  return parsed;
});

/** A tick. */
export const tick = z
  .array(z.string())
  .optional()
  .transform((values) => values !== undefined);
