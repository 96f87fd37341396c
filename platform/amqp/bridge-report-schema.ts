import { z } from 'zod';
import { bridgeModes } from '../../domain/cutover/bridge-control.js';
import type { BridgeReport, UnreadableReport } from '../../domain/cutover/bridge-report.js';
import { bridgeStates } from '../../domain/cutover/bridge-report.js';
import { shareSteps } from '../../domain/grading/share.js';

/** What a bridge has answered, which may be of another version than we are: what it says beyond this is ignored. */
export function parseBridgeReport(body: Uint8Array): BridgeReport | UnreadableReport {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return { id: nameless, why: 'it is no JSON' };
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    const { data } = nameSchema.safeParse(value);
    const [issue] = parsed.error.issues;
    return { id: data?.id ?? nameless, why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
  }
  const { unavailableReason, failOpenMs, ...report } = parsed.data;
  return { ...report, unavailableReason, failOpenMs };
}

const nameless = 'a bridge without a name';
const nameSchema = z.object({ id: z.string().min(1).max(200) });

const count = z.int().nonnegative();
const milliseconds = z.number();

const reportSchema = z.object({
  ...nameSchema.shape,
  state: z.enum(bridgeStates),
  isHealthy: z.boolean(),
  since: z.string(),
  unavailableReason: z.string().optional(),
  control: z.object({
    version: count,
    mode: z.enum(bridgeModes),
    share: z.int().min(0).max(shareSteps),
    salt: z.string(),
  }),
  failOpenMs: milliseconds.optional(),
  inFlight: count,
  oldestInFlightMs: milliseconds,
  received: count,
  givenBack: count,
  started: count,
  joined: count,
  forwarded: count,
  failedOpen: count,
  quarantined: count,
  held: count,
});
