import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';
import { usesNoSandbox } from './no-sandbox.js';

/**
 * Files that need no sandbox come first: its image is made meanwhile. Of each part the longest, by their seconds on two
 * quiet cores: begun last, one of them would keep the others' cores idle. It need not be exact: the others follow, the
 * larger before the smaller.
 */
const seconds: Readonly<Record<string, number>> = {
  // Not the longest, but what makes warm images is best over when the doctor looks for any in the making.
  'sandbox/warm-images': 100,
  'sandbox/precompiled-headers': 100,
  'migration/guide': 95,
  'console/console': 140,
  'workflow/refused-polls': 125,
  'grading/zombie': 85,
  'grading/profiles': 84,
  'rejudge/rejudge': 75,
  'workflow/namespace-lost': 70,
  'workflow/failing-workers': 66,
  'status/stuck': 70,
  'parity/parity': 65,
  'grading/database-errors': 60,
  'grading/outages': 59,
  'doctor/doctor': 55,
  'bridge/reconnect': 52,
  'grading/function-mode': 48,
  'workflow/grade-submission': 45,
  'platform/debian-package': 25,
  'status/status': 45,
  'bridge/legacy-broker': 45,
  'bridge/commands-without-services': 45,
  'sandbox/compile-cache': 43,
  'services/found-platform': 40,
  'grading/operations': 38,
  'workflow/regrade': 36,
  'grading/two-workers': 36,
  'grading/regrades': 36,
  'doctor/faults': 35,
  'platform/service-exit': 31,
  'workflow/versioning': 30,
  'services/private-services': 29,
  'status/hostile-text': 28,
  'grading/verdicts': 27,
  'workflow/rejudge': 26,
  'sandbox/recycling': 26,
  'status/interrupted': 25,
  'bridge/router': 25,
  'bridge/commands-during-alarms': 40,
  'bridge/stalls': 35,
};

const folder = join(import.meta.dirname, 'integration');
for (const path of Object.keys(seconds)) {
  if (!existsSync(join(folder, `${path}.test.ts`)))
    throw new Error(`longest-first.ts names ${path}, which is gone.`);
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files.filter((file) => secondsOf(file) === 0));
    const long = files.filter((file) => secondsOf(file) > 0);
    const sorted = [...long.sort((a, b) => secondsOf(b) - secondsOf(a)), ...others];
    // A shared fork ends where the next file in the queue is of another project, so those are not mixed.
    const noSandbox = sorted.filter(({ moduleId }) => usesNoSandbox(moduleId));
    const first = [...noSandbox.filter(hasOwnFork), ...noSandbox.filter((file) => !hasOwnFork(file))];
    return [...first, ...sorted.filter((file) => !first.includes(file))];
  }
}

function hasOwnFork({ project }: TestSpecification): boolean {
  return project.config.isolate;
}

function secondsOf({ moduleId }: TestSpecification): number {
  return seconds[relative(folder, moduleId).replace(/\.test\.ts$/, '')] ?? 0;
}
