import { readdir, readFile } from 'node:fs/promises';
import type { Check, Finding } from '../check.js';
import { ok, warning } from '../check.js';

/** What bends the clock of this host's processors; undefined where the kernel does not say, as in many virtual machines. */
export interface ProcessorFacts {
  /** How the frequency follows the load, of all cores. */
  readonly governors: readonly string[];
  /** Whether a core runs faster while others rest. */
  readonly turbo: boolean | undefined;
  /** Whether two threads share a core. */
  readonly sharedCores: boolean | undefined;
  /** Part of the time since the start in which a hypervisor gave the cores to others, 0 to 1. */
  readonly stolen: number | undefined;
}

/** Above it, programs lose time that no counter of theirs shows. */
const worrisomeSteal = 0.02;

/** Whether the same program takes the same time at each run, as isolate-check-environment asks of a judge's host. */
export const processor: Check = {
  name: 'processor',
  area: 'host',
  async run({ dockerAddress }) {
    if (!('socketPath' in dockerAddress)) return ok('not looked at: programs run on another machine');
    return judgeProcessor(await readProcessor());
  },
};

export function judgeProcessor({ governors, turbo, sharedCores, stolen }: ProcessorFacts): Finding {
  const steady = ['performance', 'userspace'];
  const changing = governors.filter((governor) => !steady.includes(governor));
  const percent = stolen === undefined ? undefined : `${(stolen * 100).toFixed(1)} %`;
  const found: (readonly [seen: string, remedy: string])[] = [];
  if (changing.length > 0) {
    found.push([
      `governor ${changing.join(', ')}: a program after a pause starts on a slow core`,
      'sudo cpupower frequency-set -g performance',
    ]);
  }
  if (turbo === true) {
    found.push([
      'turbo is on: a program is faster while other cores rest',
      'its switch in /sys/devices/system/cpu (intel_pstate/no_turbo or cpufreq/boost)',
    ]);
  }
  if (sharedCores === true) {
    found.push([
      'two threads share a core (SMT): programs side by side slow each other',
      'echo off | sudo tee /sys/devices/system/cpu/smt/control, or RUN_CONCURRENCY of half the threads',
    ]);
  }
  if (stolen !== undefined && stolen > worrisomeSteal) {
    found.push([
      `the hypervisor gave ${percent} of the time to others: no counter tells a program's share of it`,
      'top (st); ask for cores of its own',
    ]);
  }
  if (found.length > 0) {
    const seen = found.map(([each]) => each).join('; ');
    return warning(`${seen}: leave room in time limits`, found.map(([, remedy]) => remedy).join('; '));
  }
  const unknown = governors.length === 0 ? 'the kernel shows no frequency' : 'its frequency is steady';
  return ok(`${unknown}; ${percent ?? 'an unknown part'} of the time taken by a hypervisor`);
}

const cores = '/sys/devices/system/cpu';

async function readProcessor(): Promise<ProcessorFacts> {
  const names = (await readdir(cores).catch((): string[] => [])).filter((name) => /^cpu\d+$/.test(name));
  const governors = await Promise.all(names.map((name) => read(`${cores}/${name}/cpufreq/scaling_governor`)));
  const noTurbo = await read(`${cores}/intel_pstate/no_turbo`);
  const boost = await read(`${cores}/cpufreq/boost`);
  const smt = await read(`${cores}/smt/active`);
  return {
    governors: [...new Set(governors.flatMap((each) => each ?? []))].sort(),
    turbo: noTurbo !== undefined ? noTurbo === '0' : boost === undefined ? undefined : boost === '1',
    sharedCores: smt === undefined ? undefined : smt === '1',
    stolen: stolenPart(await read('/proc/stat')),
  };
}

/** From the first line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks. */
export function stolenPart(stat: string | undefined): number | undefined {
  const ticks =
    /^cpu +(.*)$/m
      .exec(stat ?? '')?.[1]
      ?.split(' ')
      .slice(0, 8)
      .map(Number) ?? [];
  const all = ticks.reduce((sum, each) => sum + each, 0);
  const steal = ticks[7];
  return steal === undefined || !(all > 0) ? undefined : steal / all;
}

async function read(path: string): Promise<string | undefined> {
  return (await readFile(path, 'utf8').catch(() => undefined))?.trim();
}
