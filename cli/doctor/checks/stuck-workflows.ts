import { stuckWorkflows } from '../../../platform/temporal/stuck-workflows.js';
import type { Check } from '../check.js';
import { failed, ok } from '../check.js';

const shown = 5;

/** Workflows whose own code fails: no deadline ends them, and they look as if they were running. */
export const stuck: Check = {
  name: 'stuck workflows',
  area: 'Temporal',
  needs: 'namespace',
  async run({ temporal }) {
    const found = await stuckWorkflows(temporal, shown);
    const [first] = found;
    if (first === undefined) return ok('no workflow task fails again and again');
    const ids = found.map(({ workflowId }) => workflowId).join(', ');
    const gradings = found.flatMap(({ submissionId }) => submissionId ?? []);
    return failed(
      `the workflow tasks of ${ids}${found.length === shown ? ' and perhaps more' : ''} fail again and again: ${first.reason}`,
      gradings.length > 0
        ? `grader replay ${gradings.join(' ')} --terminate --yes`
        : `temporal workflow terminate --workflow-id ${first.workflowId}`,
    );
  },
};
