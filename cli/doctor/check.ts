import { errorText } from '../../domain/errors/error-text.js';
import type { DoctorContext } from './doctor-context.js';

export const areas = ['host', 'Docker', 'RabbitMQ', 'PostgreSQL', 'backend', 'Temporal'] as const;
export type Area = (typeof areas)[number];

/** `ok`; `warning`: gradings work, with a consequence to know; `failed`: they do not work, or not correctly. */
export type CheckState = 'ok' | 'warning' | 'failed';

export interface Finding {
  readonly state: CheckState;
  /** What was checked and found, in one line. */
  readonly seen: string;
  /** The command that repairs it or shows more; absent if all is well. */
  readonly remedy?: string;
}

/** One check of `grader doctor`. It changes nothing, on any machine. */
export interface Check {
  readonly name: string;
  readonly area: Area;
  /** Name of the check this one depends on; if that one failed, this one is skipped. */
  readonly needs?: string;
  /** Default 15 s. */
  readonly timeoutMs?: number;
  /** If it throws, the check failed, and the message says why. */
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

/** Our errors end with the next command; others get `remedy`. */
export function failedBy(error: unknown, remedy: string): Finding {
  const message = errorText(error);
  const [, seen, command] = /^(.*?)\s*Check with: (.*)$/s.exec(message.replace(/\s+/g, ' ')) ?? [];
  return failed(seen ?? message, command ?? remedy);
}
