import { errorText } from '../../domain/errors/error-text.js';
import type { DoctorContext } from './doctor-context.js';

export const areas = ['host', 'Docker', 'RabbitMQ', 'PostgreSQL', 'backend', 'Temporal'] as const;
export type Area = (typeof areas)[number];

/** `ok`; `warning`: gradings work, but something follows that should be known; `failed`: they do not, or not rightly. */
export type CheckState = 'ok' | 'warning' | 'failed';

export interface Finding {
  readonly state: CheckState;
  /** What was looked at and found, for one line. */
  readonly seen: string;
  /** The command that mends it, or that shows more; absent where all is well. */
  readonly remedy?: string;
}

/** One question of `grader doctor`. It changes nothing, on no machine. */
export interface Check {
  readonly name: string;
  readonly area: Area;
  /** Name of the check without which this one would only fail for the same reason; it then is not made. */
  readonly needs?: string;
  /** Default 15 s. */
  readonly timeoutMs?: number;
  /** What it throws is a failure, told by its message. */
  run(context: DoctorContext): Promise<Finding>;
}

export function ok(seen: string): Finding {
  return { state: 'ok', seen };
}

export function warning(seen: string, remedy: string): Finding {
  return { state: 'warning', seen, remedy };
}

export function failed(seen: string, remedy: string): Finding {
  return { state: 'failed', seen, remedy };
}

/** Our errors end with the command that shows more; others get `mend`. */
export function failedBy(error: unknown, remedy: string): Finding {
  const message = errorText(error);
  const [, seen, command] = /^(.*?)\s*Check with: (.*)$/s.exec(message.replace(/\s+/g, ' ')) ?? [];
  return failed(seen ?? message, command ?? remedy);
}
