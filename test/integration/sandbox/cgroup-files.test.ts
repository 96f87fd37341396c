import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, text, withLease } from '../docker-fixture.js';

// The runner's reading of files that this host may not have, from files with the kernel's text. A real host with
// cgroup v2 is not replaced by this.

type Files = Readonly<Record<string, string>>;

const version1: Files = {
  'memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
  'pids/pids.events': 'max 5\n',
  'pids/pids.current': '7\n',
  'cpuacct/cpuacct.usage': '7890123\n',
  'memory/memory.usage_in_bytes': '73400320\n',
  'memory/memory.stat':
    'cache 4096\nrss 8192\ninactive_file 4096\ntotal_cache 31457280\ntotal_rss 20971520\n',
};
const version2: Files = {
  'memory.events': 'low 0\nhigh 0\nmax 1234\noom 4\noom_kill 3\noom_group_kill 1\n',
  'pids.events': 'max 5\n',
  'pids.current': '7\n',
  'cpu.stat': 'usage_usec 7890\nuser_usec 5000\nsystem_usec 2890\nnr_periods 0\n',
  'memory.current': '73400320\n',
  'memory.stat':
    'anon 20971520\nfile 20971520\nkernel 31457280\nfile_mapped 4096\nslab_reclaimable 10485760\n',
};
const [cpuUsage, oomCounter, pidsCounter] = [2, 4, 8];
const none = { oomKills: 0, pidsRefused: 0, pids: 0, cpuUs: 0, heldKb: 0 };

describe('the runner reads of its control group', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  const read = (files: Files): Promise<unknown> =>
    withLease(test.sandbox, async (container) => {
      const here = import.meta.dirname;
      for (const source of ['measure.c', 'measure.h'])
        await container.writeFile(source, await readFile(path.join(here, '../../../sandbox/runner', source)));
      await container.writeFile('reader.c', await readFile(path.join(here, 'cgroup-reader.c')));
      const script = ['set -e', 'gcc -Wall -Wextra -Werror measure.c reader.c -o reader'];
      for (const [index, [name, content]] of Object.entries(files).entries()) {
        await container.writeFile(`fixture${index}`, Buffer.from(content));
        script.push(`mkdir -p "$(dirname root/sys/fs/cgroup/${name})"`);
        script.push(`cp fixture${index} root/sys/fs/cgroup/${name}`);
      }
      const ran = await run(container, ['sh', '-c', [...script, './reader root'].join('\n')]);
      expect(text(ran.stderr)).toBe('');
      return JSON.parse(text(ran.stdout)) as unknown;
    });

  it.each<[string, Files, object]>([
    [
      'version 1: kills by memory, refused processes, processor time, and memory that is no file',
      version1,
      {
        sources: cpuUsage | oomCounter | pidsCounter,
        oomKills: 3,
        pidsRefused: 5,
        pids: 7,
        cpuUs: 7890,
        heldKb: 40_960,
      },
    ],
    [
      'version 2: kills by memory, refused processes, processor time, and memory that is no file',
      version2,
      {
        sources: cpuUsage | oomCounter | pidsCounter,
        oomKills: 3,
        pidsRefused: 5,
        pids: 7,
        cpuUs: 7890,
        heldKb: 40_960,
      },
    ],
    [
      'version 2 without processor time',
      { ...version2, 'cpu.stat': 'nr_periods 0\n' },
      { sources: oomCounter | pidsCounter, oomKills: 3, pidsRefused: 5, pids: 7, cpuUs: 0 },
    ],
    [
      'version 1 before Linux 4.13: no count of kills',
      { ...version1, 'memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\n' },
      { sources: cpuUsage | pidsCounter, oomKills: 0, pidsRefused: 5, pids: 7, cpuUs: 7890 },
    ],
    ['nothing where there is nothing', {}, { sources: 0, ...none }],
    [
      'numbers up to the largest',
      { ...version2, 'memory.events': 'oom_kill 18446744073709551615\n' },
      { sources: cpuUsage | oomCounter | pidsCounter, pidsRefused: 5, pids: 7, cpuUs: 7890 },
    ],
    [
      'nothing of empty files',
      { 'memory.events': '', 'pids.events': '', 'cpu.stat': '' },
      { sources: 0, ...none },
    ],
  ])('%s', async (_, files, expected) => {
    expect(await read(files)).toMatchObject(expected);
  });
});
