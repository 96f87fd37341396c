import type { TemporalSettings } from '../platform/settings/settings.js';

/** The web UI page of a grading; by default of its latest run. */
export function workflowLink(
  { uiUrl, namespace }: Pick<TemporalSettings, 'uiUrl' | 'namespace'>,
  workflowId: string,
  runId?: string,
): string {
  const page = `${uiUrl}/namespaces/${namespace}/workflows/${workflowId}`;
  return runId === undefined ? page : `${page}/${runId}/history`;
}
