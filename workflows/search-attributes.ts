import type { SearchAttributePair } from '@temporalio/common';
import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertSearchAttributes as upsert } from '@temporalio/workflow';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { searchAttributeTypes } from '../domain/grading/grading-workflow.js';

/** Values by name; Score is the one number. */
export type SearchAttributeValues = Partial<Record<Exclude<SearchAttributeName, 'Score'>, string>> & {
  readonly Score?: number;
};

/**
 * Sets what the web UI and the lists filter by.
 * @param registered an attribute the namespace lacks would block the workflow, so others are left out.
 */
export function upsertSearchAttributes(
  registered: readonly SearchAttributeName[],
  values: SearchAttributeValues,
): void {
  const pairs = registered.flatMap((name) => pair(name, values));
  if (pairs.length > 0) upsert(pairs);
}

function pair(name: SearchAttributeName, values: SearchAttributeValues): SearchAttributePair[] {
  if (name === 'Score') {
    const value = values.Score;
    return value === undefined
      ? []
      : [{ key: defineSearchAttributeKey(name, searchAttributeTypes.Score), value }];
  }
  const value = values[name];
  return value === undefined
    ? []
    : [{ key: defineSearchAttributeKey(name, searchAttributeTypes[name]), value }];
}
