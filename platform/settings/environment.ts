import { z } from 'zod';
import { bridgeVariables } from './bridge-variables.js';
import { gradingVariables } from './grading-variables.js';
import { hostVariables } from './host-variables.js';
import { platformVariables } from './platform-variables.js';
import { processVariables } from './process-variables.js';
import { temporalVariables } from './temporal-variables.js';
import { watchVariables } from './watch-variables.js';

/**
 * The environment's names. The first group has the names and defaults of the Go worker (contract §1), so that an
 * existing `.env` works unchanged; all others are ours. An empty value counts as not set, as compose files write it.
 */
export const environmentSchema = z.object({
  ...platformVariables,
  ...temporalVariables,
  ...gradingVariables,
  ...hostVariables,
  ...bridgeVariables,
  ...processVariables,
  ...watchVariables,
});

export type SettingName = keyof typeof environmentSchema.shape;
export type Environment = z.output<typeof environmentSchema>;
