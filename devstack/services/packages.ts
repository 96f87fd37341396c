import { existsSync, readFileSync } from 'node:fs';
import { onInterrupt } from '../../platform/terminal/interrupt.js';
import type { RootAccess } from './command.js';
import { findProgram, findRootAccess, prefixed, runCommand, serviceEnvironment } from './command.js';
import type { Progress } from './progress.js';
import { paced } from './progress.js';
import { ServiceError } from './service-error.js';

/** Debian packages for the services; one apt run at a time. */
export interface PackageInstaller {
  /** @throws ServiceError with the command to run by hand when apt or root's rights are missing. */
  install(packages: readonly string[]): Promise<void>;
}

const policyFile = '/usr/sbin/policy-rc.d';
const clusterFile = '/etc/postgresql-common/createcluster.conf';
const marker = '# Made by grader while it installs packages; safe to delete.';

export function createPackageInstaller(environment: NodeJS.ProcessEnv, progress: Progress): PackageInstaller {
  let queue: Promise<void> = Promise.resolve();
  let isUpdated = false;
  const aptEnvironment = serviceEnvironment(environment, {
    DEBIAN_FRONTEND: 'noninteractive',
    // sysvinit scripts of packages look at it; 1 means "start nothing".
    RUNLEVEL: '1',
  });

  async function installNow(packages: readonly string[]): Promise<void> {
    const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
    const apt = findProgram('apt-get', environment);
    const root = await findRootAccess(environment);
    if (apt === undefined || root === undefined) {
      const why =
        apt === undefined ? 'this system has no apt-get' : 'this needs root, or sudo without a password';
      throw new ServiceError(`These packages are missing: ${packages.join(', ')}; ${why}.`, {
        remedy: apt === undefined ? 'Install what they hold by hand.' : `sudo ${command}`,
      });
    }
    const say = paced(3_000, (line) => progress.step('packages', line.slice(0, 90)));
    const run = (...words: string[]) => {
      const prefix = [...root.prefix, ...environmentWords(root, aptEnvironment)];
      return runCommand(prefixed(prefix, [apt, ...words]), {
        environment: aptEnvironment,
        onLine: say,
        timeoutMs: 900_000,
      });
    };
    await withoutServiceStarts(root, aptEnvironment, async () => {
      // A lock held by an unattended upgrade is waited for.
      const wait = ['-o', 'DPkg::Lock::Timeout=300'];
      if (!isUpdated) {
        progress.step('packages', 'apt-get update');
        // A broken third-party source must not stop us: what matters shows in the install.
        await run(...wait, 'update').catch(() => undefined);
        isUpdated = true;
      }
      progress.step('packages', command);
      await run(...wait, 'install', '-y', '-q', '--no-install-recommends', ...packages);
    });
    progress.done('packages', `installed ${packages.join(' ')}`);
  }

  return {
    install(packages) {
      const wanted = [...new Set(packages)];
      if (wanted.length === 0) return Promise.resolve();
      const installed = queue.then(() => installNow(wanted));
      queue = installed.catch(() => undefined);
      // apt-get ends by the same Ctrl-C; then the files that keep services from starting are put back.
      const withdraw = onInterrupt(() => queue);
      return installed.finally(withdraw);
    },
  };
}

/**
 * Debian starts a service once its package is installed, and makes and starts a PostgreSQL cluster. Both are switched
 * off by the files meant for it, which are left alone where they exist and removed afterwards where they do not.
 */
async function withoutServiceStarts(
  root: RootAccess,
  environment: Record<string, string>,
  work: () => Promise<void>,
): Promise<void> {
  const made: string[] = [];
  const put = async (path: string, mode: string, content: string) => {
    if (existsSync(path) && !isOurs(path)) return;
    await asRoot(
      root,
      environment,
      `mkdir -p "$(dirname ${path})" && cat > ${path} && chmod ${mode} ${path}`,
      content,
    );
    made.push(path);
  };
  try {
    await put(policyFile, '755', `#!/bin/sh\n${marker}\nexit 101\n`);
    await put(clusterFile, '644', `${marker}\ncreate_main_cluster = false\n`);
    await work();
  } finally {
    for (const path of made) {
      // The package's own version of the file was laid beside ours.
      const restore = `if [ -e ${path}.ucf-dist ]; then mv -f ${path}.ucf-dist ${path}; else rm -f ${path}; fi`;
      await asRoot(root, environment, restore, '');
    }
  }
}

function isOurs(path: string): boolean {
  return readFileSync(path, 'utf8').includes(marker);
}

async function asRoot(
  root: RootAccess,
  environment: Record<string, string>,
  script: string,
  input: string,
): Promise<void> {
  const whole = input === '' ? script : `printf %s "$1" | { ${script}; }`;
  await runCommand(prefixed(root.prefix, ['sh', '-c', whole, 'sh', input]), { environment });
}

/** sudo drops the environment; what matters is given as words. */
function environmentWords(root: RootAccess, environment: Record<string, string>): readonly string[] {
  return root.prefix.length === 0
    ? []
    : ['env', ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)];
}
