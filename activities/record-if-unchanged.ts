import type { DeliverResultInput } from './deliver-result.js';
import { resolveResult } from './deliver-result.js';
import type { RejudgeDependencies } from './rejudge-dependencies.js';

export interface RecordIfUnchangedInput extends DeliverResultInput {
  /** Of the stored result the new one was compared with. */
  readonly fingerprint: string;
}

export interface RecordIfUnchangedOutput {
  /** `not-permitted`: it may be notified, and the backend writes it. */
  readonly outcome: 'recorded' | 'conflict' | 'not-found' | 'not-permitted';
}

/** Records a result unless the stored one was replaced since it was compared. @throws OutputMissingError */
export function recordIfUnchanged({ rejudgeStore, outputs, resultLimitBytes }: RejudgeDependencies) {
  return async (input: RecordIfUnchangedInput): Promise<RecordIfUnchangedOutput> => {
    const result = await resolveResult(outputs, input, resultLimitBytes);
    return { outcome: await rejudgeStore.recordIfUnchanged(input.submissionId, input.fingerprint, result) };
  };
}
