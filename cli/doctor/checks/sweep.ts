import { describeSweepReport, leftToStart } from '../../../domain/grading/sweep-report.js';
import { latestSweep } from '../../../platform/temporal/sweep-schedule.js';
import type { Check } from '../check.js';
import { failed, ok, warning } from '../check.js';

/** What the sweeper found, and that it runs. */
export const sweep: Check = {
  name: 'sweep',
  area: 'Temporal',
  needs: 'namespace',
  async run({ temporal, settings }) {
    const report = await latestSweep(temporal);
    if (settings.sweepMode === 'off') return ok('workers do not sweep by themselves (SWEEP=off)');
    if (report === undefined) {
      return ok('no sweep is over yet: the first one comes after SWEEP_EVERY, on any worker');
    }
    const seen = `${describeSweepReport(report)} at ${report.at}`;
    if (leftToStart(report) > 0) {
      const ids = report.examples.join(', ');
      return failed(`${seen}: nobody will tell of ${ids} and perhaps more`, 'grader sweep --start');
    }
    const ageMs = Date.now() - Date.parse(report.at);
    if (ageMs > 3 * settings.sweepEveryMs) {
      return warning(
        `the last sweep is ${Math.round(ageMs / 60_000)} min old: no worker takes its turn, or it fails`,
        `temporal workflow list --namespace ${temporal.namespace} --address ${temporal.address} --query "WorkflowType = 'sweepPlatform'"`,
      );
    }
    if (report.messagesWaiting === null) {
      return warning(
        `${seen}; the worker could not ask a broker, so nothing counted as stranded`,
        'give the workers AMQP_URL (and LEGACY_AMQP_URL), or sweep by hand: grader sweep',
      );
    }
    return ok(seen);
  },
};
