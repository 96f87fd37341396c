import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { errorText } from '../domain/errors/error-text.js';
import { parseShare, shareSteps } from '../domain/grading/share.js';
import { Status } from '../domain/judging/status.js';
import type { ParityCriteria, ParityRule } from '../domain/parity/parity-rules.js';
import { defaultCriteria, defaultTolerance } from '../domain/parity/parity-rules.js';
import { SettingsError } from './settings/settings-error.js';
import { duration } from './settings/value-parsers.js';

/** Thrown when the file cannot be read or says something we do not understand; lists all that is wrong. */
export class ParityRulesError extends SettingsError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(['PARITY_RULES'], message, options);
  }
}

/** @param path PARITY_RULES; undefined for the built-in criteria. @throws ParityRulesError */
export function loadParityCriteria(path: string | undefined): ParityCriteria {
  if (path === undefined) return defaultCriteria;
  try {
    return parseParityCriteria(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof ParityRulesError) throw error;
    throw new ParityRulesError(
      `${path} (PARITY_RULES) cannot be read: ${errorText(error)}\nA sample: docs/parity-rules.yaml`,
      { cause: error },
    );
  }
}

/** The built-in rules hold besides those of the file. @throws ParityRulesError */
export function parseParityCriteria(source: string, path: string): ParityCriteria {
  const parsed = fileSchema.safeParse(yaml(source, path) ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path: where, message }) => `  ${where.join('.') || 'the file'}: ${message}`,
    );
    throw new ParityRulesError(
      `${path} is not a file of parity rules:\n${problems.join('\n')}\nA sample: docs/parity-rules.yaml`,
    );
  }
  const { tolerance, rules } = parsed.data;
  return {
    tolerance: {
      timeMs: tolerance.time ?? defaultTolerance.timeMs,
      timeFactor: tolerance['time-factor'] ?? defaultTolerance.timeFactor,
      memoryKb: tolerance['memory-kb'] ?? defaultTolerance.memoryKb,
      memoryFactor: tolerance['memory-factor'] ?? defaultTolerance.memoryFactor,
    },
    rules: [...defaultCriteria.rules, ...rules],
  };
}

const status = z.enum(Object.values(Status), {
  error: `one of ${Object.values(Status).join(', ')}`,
});
const statuses = z.union([status.transform((one) => [one]), z.array(status).min(1)]).optional();
const part = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const share = parseShare(String(value));
    if (share !== undefined) return share / shareSteps;
    context.addIssue({ code: 'custom', message: 'a part of the limit, such as 10%' });
    return z.NEVER;
  })
  .optional();

const ruleSchema = z
  .strictObject({
    legacy: statuses,
    ours: statuses,
    mode: z.enum(['stdio', 'function']).optional(),
    language: z.enum(['cpp', 'python', 'java']).optional(),
    within: part,
    reason: z.string().min(1).max(200),
  })
  .transform(({ legacy, ours, mode, language, within, reason }, context): ParityRule => {
    if (legacy === undefined && ours === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'say at least one of legacy and ours: it covers everything',
      });
    }
    return {
      ...(legacy === undefined ? {} : { theirs: legacy }),
      ...(ours === undefined ? {} : { ours }),
      ...(mode === undefined ? {} : { mode }),
      ...(language === undefined ? {} : { language }),
      ...(within === undefined ? {} : { within }),
      reason,
    };
  });

const fileSchema = z.strictObject({
  tolerance: z
    .strictObject({
      time: duration(0).optional(),
      'time-factor': z.number().min(1).optional(),
      'memory-kb': z.number().min(0).optional(),
      'memory-factor': z.number().min(1).optional(),
    })
    .default({}),
  rules: z.array(ruleSchema).default([]),
});

function yaml(source: string, path: string): unknown {
  try {
    return parse(source);
  } catch (error) {
    throw new ParityRulesError(`${path} is not YAML: ${errorText(error)}`);
  }
}
