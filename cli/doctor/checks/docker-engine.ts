import { sandboxUnavailable, withDockerTimeout } from '../../../sandbox/docker.js';
import type { Check } from '../check.js';
import { failed, failedBy, ok, warning } from '../check.js';

/** The part of `docker info` that sandboxes depend on. */
interface EngineInfo {
  readonly ServerVersion?: string;
  readonly CgroupVersion?: string;
  readonly CgroupDriver?: string;
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
}

export const dockerEngine: Check = {
  name: 'Docker engine',
  area: 'Docker',
  async run({ docker, dockerAddress, settings }) {
    let info: EngineInfo;
    try {
      info = (await withDockerTimeout(docker.info(), 'info', 10_000)) as EngineInfo;
    } catch (error) {
      return failedBy(sandboxUnavailable(error, dockerAddress), 'systemctl start docker');
    }
    const seen = `${info.ServerVersion ?? 'of unknown version'}, cgroup v${info.CgroupVersion ?? '1'} (${info.CgroupDriver ?? 'no driver'})`;
    const { sandboxRuntime } = settings;
    if (sandboxRuntime !== undefined && info.Runtimes?.[sandboxRuntime] === undefined) {
      return failed(
        `${seen}; it has no runtime ${sandboxRuntime}, which SANDBOX_RUNTIME names`,
        "docker info --format '{{json .Runtimes}}'",
      );
    }
    const lacks = [
      info.MemoryLimit === false && 'memory limits',
      info.PidsLimit === false && 'process limits',
    ].filter((each) => each !== false);
    if (lacks.length > 0) {
      return failed(
        `${seen}; without ${lacks.join(' and ')} a program can take the whole host`,
        'cat /proc/cgroups; add "cgroup_enable=memory" to the kernel\'s command line and restart',
      );
    }
    if (info.SwapLimit === false) {
      return warning(
        `${seen}; without swap limits a program may swap beyond its memory limit`,
        'sudo swapoff -a, or add "swapaccount=1" to the kernel\'s command line',
      );
    }
    return ok(seen);
  },
};
