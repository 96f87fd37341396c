import type { TemporalSettings } from '../platform/settings/settings.js';

/** The page of a grading in the web UI; of its latest run where none is named. */
export function workflowLink(
  { uiUrl, namespace }: Pick<TemporalSettings, 'uiUrl' | 'namespace'>,
  workflowId: string,
  runId?: string,
): string {
  const page = `${uiUrl}/namespaces/${namespace}/workflows/${workflowId}`;
  return runId === undefined ? page : `${page}/${runId}/history`;
}
