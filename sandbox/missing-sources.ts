import type { RunnerSources } from './runner-messages.js';

/** What a host's kernel does not tell or do, and what that means for verdicts: a sentence each, for who runs the host. */
const meanings: Readonly<Record<keyof RunnerSources, string>> = {
  schedstat:
    'it does not count waits for a core, so wall time is judged, and load can change a verdict near the limit',
  cpuUsage:
    'the container has no account of CPU time, so the work of children that nobody waits for is not seen',
  oomCounter:
    'the container has no count of kills by memory, so Memory Limit Exceeded is told by the peak alone',
  pidsCounter: 'the container has no count of refused processes, so messages do not name them as a cause',
  hiding:
    'it has no Landlock (Linux 5.13, "landlock" in /sys/kernel/security/lsm), so programs can read when the runner works and what earlier ones used',
};

export function missingSources(sources: RunnerSources): readonly string[] {
  return Object.entries(meanings)
    .filter(([source]) => !sources[source as keyof RunnerSources])
    .map(([, meaning]) => meaning);
}
