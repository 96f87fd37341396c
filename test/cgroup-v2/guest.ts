import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { findProgram, lastLines, serviceEnvironment } from '../../devstack/services/command.js';
import type { PackageInstaller } from '../../devstack/services/packages.js';
import type { Progress } from '../../devstack/services/progress.js';
import { ServiceError } from '../../devstack/services/service-error.js';
import { connectDocker } from '../../sandbox/docker.js';
import type { GuestDisk } from './guest-disk.js';
import { enginePort } from './guest-disk.js';

export interface Guest {
  /** As DOCKER_HOST has it. */
  readonly dockerHost: string;
  readonly accelerator: Accelerator;
  /** Shuts it down, so that its disk is whole. */
  stop(): Promise<void>;
}

type Accelerator = 'kvm' | 'tcg';

const memoryMb = 2048;
const cores = 2;
/** A kernel prints within a second; a device that is there may still boot none. */
const firstWordsMs: Readonly<Record<Accelerator, number>> = { kvm: 20_000, tcg: 300_000 };
const bootMs = 30 * 60_000;
const shutdownMs = 5 * 60_000;
const lookEveryMs = 2_000;

/** Boots it by the hardware where a kernel really starts so, else by emulation. @throws ServiceError */
export async function bootGuest(
  directory: string,
  disk: GuestDisk,
  environment: NodeJS.ProcessEnv,
  packages: PackageInstaller,
  progress: Progress,
): Promise<Guest> {
  const name = 'qemu-system-x86_64';
  if (findProgram(name, environment) === undefined) await packages.install(['qemu-system-x86']);
  const program = findProgram(name, environment) ?? name;
  const port = await getPort({ host: '127.0.0.1' });
  for (const accelerator of accelerators()) {
    const machine = new Machine(program, {
      accelerator,
      port,
      disk,
      console: join(directory, 'console.log'),
    });
    progress.step('guest', `booting with ${accelerator}`);
    if (await machine.speaks(firstWordsMs[accelerator])) {
      try {
        await machine.answers(port, (line) => progress.step('guest', line));
      } catch (error) {
        await machine.kill();
        throw error;
      }
      progress.done('guest', `its engine answers (${accelerator})`);
      return { dockerHost: `tcp://127.0.0.1:${port}`, accelerator, stop: () => machine.stop() };
    }
    progress.step('guest', `no kernel starts with ${accelerator}: ${machine.silence()}`);
    await machine.kill();
  }
  throw new ServiceError('The virtual machine does not boot.', {
    remedy: `See ${join(directory, 'console.log')}, or remove ${directory} to make its disk anew.`,
  });
}

function accelerators(): readonly Accelerator[] {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return ['kvm', 'tcg'];
  } catch {
    return ['tcg'];
  }
}

interface MachineOptions {
  readonly accelerator: Accelerator;
  readonly port: number;
  readonly disk: GuestDisk;
  readonly console: string;
}

class Machine {
  readonly #child: ChildProcess;
  readonly #console: string;
  readonly #ended: Promise<unknown>;
  #said = '';

  constructor(program: string, { accelerator, port, disk, console }: MachineOptions) {
    this.#console = console;
    rmSync(console, { force: true });
    const forward = `hostfwd=tcp:127.0.0.1:${port}-:${enginePort}`;
    const words = [
      // Ends with this process, however that ends.
      ...['nice', '-n', '19', 'setpriv', '--pdeathsig', 'KILL', program, '-nodefaults', '-display', 'none'],
      ...['-accel', accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi', '-cpu', 'max'],
      ...['-smp', String(cores), '-m', String(memoryMb), '-no-reboot'],
      ...['-kernel', disk.kernel, '-initrd', disk.initrd],
      ...['-append', 'root=/dev/vda rw console=ttyS0 net.ifnames=0 mitigations=off panic=1 TERM=dumb'],
      ...['-drive', `file=${disk.disk},format=raw,if=virtio,cache=unsafe`],
      ...['-netdev', `user,id=net,restrict=on,${forward}`, '-device', 'virtio-net-pci,netdev=net,romfile='],
      ...['-device', 'virtio-rng-pci', '-serial', `file:${console}`, '-monitor', 'stdio'],
    ] as const;
    const [first, ...rest] = words;
    this.#child = spawn(first, rest, {
      env: serviceEnvironment(process.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      // Of a session of its own: a Ctrl-C here is to shut it down, not to end it at once.
      detached: true,
    });
    const collect = (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-2_000);
    };
    this.#child.stdout?.on('data', collect);
    this.#child.stderr?.on('data', collect);
    this.#child.on('error', (error) => collect(Buffer.from(error.message)));
    this.#child.stdin?.on('error', () => undefined);
    this.#ended = once(this.#child, 'close').catch(() => undefined);
  }

  /** Whether the guest's kernel prints anything before the deadline. */
  async speaks(deadlineMs: number): Promise<boolean> {
    const deadline = performance.now() + deadlineMs;
    while (performance.now() < deadline && !this.#hasEnded()) {
      if (/Linux version/.test(this.#printed())) return true;
      await sleep(lookEveryMs / 4);
    }
    return false;
  }

  /** Why its kernel printed nothing. */
  silence(): string {
    if (!this.#hasEnded()) return 'it prints nothing';
    return `the emulator ended: ${this.#said.trimEnd().split('\n').at(-1) ?? ''}`;
  }

  /** Waits for the guest's Docker engine. @throws ServiceError */
  async answers(port: number, say: (line: string) => void): Promise<void> {
    const docker = connectDocker({ host: '127.0.0.1', port }, 10_000);
    const deadline = performance.now() + bootMs;
    let last = '';
    while (performance.now() < deadline && !this.#hasEnded()) {
      if (
        await docker.ping().then(
          () => true,
          () => false,
        )
      )
        return;
      const line = this.#printed().trimEnd().split('\n').at(-1)?.trim() ?? '';
      if (line !== last) say(line.slice(0, 90));
      last = line;
      await sleep(lookEveryMs);
    }
    throw new ServiceError(
      `The guest's engine does not answer:\n${lastLines(this.#printed() + this.#said)}`,
      {
        remedy: `See all of ${this.#console}.`,
      },
    );
  }

  async stop(): Promise<void> {
    this.#child.stdin?.write('system_powerdown\n');
    await Promise.race([this.#ended, sleep(shutdownMs, undefined, { ref: false })]);
    await this.kill();
  }

  async kill(): Promise<void> {
    if (!this.#hasEnded()) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }

  #printed(): string {
    return existsSync(this.#console) ? readFileSync(this.#console, 'utf8') : '';
  }
}
