import { connectDocker, dockerAddress } from '../sandbox/docker.js';

/** CPU seconds of everything that ran in the engine's containers of today: compilers, programs and their runners. */
export async function containersCpuSeconds(dockerHost: string): Promise<number> {
  const docker = connectDocker(dockerAddress(dockerHost));
  const containers = await docker.listContainers();
  const nanoseconds = await Promise.all(
    containers.map(async ({ Id }) => {
      const stats = await docker.getContainer(Id).stats({ stream: false, 'one-shot': true });
      return stats.cpu_stats.cpu_usage.total_usage;
    }),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9;
}
