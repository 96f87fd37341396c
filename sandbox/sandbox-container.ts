/**
 * One sandbox container and its runner, from creation to removal.
 *
 * Created → attached → started → answers hello → serves → gone. It is gone when its stream ends for whatever reason
 * (killed, Docker stopped, a reply late, `destroy`): then `onGone` is called once and every call fails with
 * RunnerFailedError. Callers see to it that one command runs at a time.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { errorText } from '../domain/errors/error-text.js';
import type { ExecutionOutcome, ExecutionRequest } from '../domain/judging/execution.js';
import { createContainer, removeContainer, startContainer } from './container-calls.js';
import { containerOptions } from './container-options.js';
import { endedForMemory, standsStill, stoodStill, waitsForInput } from './container-state.js';
import { dockerStatus, withDockerTimeout } from './docker.js';
import { HostStarvedError, RunnerFailedError } from './errors.js';
import type { SetMemoryCap } from './memory-cap.js';
import { memoryCapKb, memoryCapSetter } from './memory-cap.js';
import { RunnerClient } from './runner-client.js';
import type { RunnerSources } from './runner-messages.js';

const startMemoryKb = 512 * 1024;
/** Of a runner that has just been started, on a host that may be very busy. */
const firstAnswerMs = 120_000;
/** An aborted command has this long to be gone before its container is. */
const abortGraceMs = 800;
/** So often is a container looked at whose runner has not answered yet. */
const stillLookMs = 5_000;
const looksUntilDeaf = 3;
const stillReason =
  'the sandbox container stood still, so its times are not the program’s; look for who ran "docker pause" or "docker kill"';
/** Programs run as a user of their container's own: the kernel counts a user's processes across containers. */
const firstSandboxUid = 20_000;
const sandboxUids = 40_000;

export interface SandboxContainerOptions {
  readonly docker: Docker;
  readonly image: string;
  readonly runtime?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

export class SandboxContainer {
  readonly id: string;
  readonly image: string;
  readonly #docker: Docker;
  readonly #container: Docker.Container;
  #client: RunnerClient | undefined;
  #sources: RunnerSources | undefined;
  #capKb = startMemoryKb;
  #setMemoryCap: SetMemoryCap | undefined;
  #fileBytes = 0;
  /** Of what is sealed alone: all else is removed before a command that gets a fresh /tmp. */
  #sealedBytes: number | undefined;
  #isTainted = false;
  #hasKilledByMemory = false;
  #gone: RunnerFailedError | undefined;
  #removal: Promise<void> | undefined;
  #onGone: (reason: RunnerFailedError) => void = () => {};

  private constructor(docker: Docker, container: Docker.Container, image: string) {
    this.#docker = docker;
    this.#container = container;
    this.image = image;
    this.id = container.id;
  }

  /** Throws what Docker threw; nothing is left then. */
  static async start(options: SandboxContainerOptions): Promise<SandboxContainer> {
    const { docker } = options;
    const created = await createContainer(
      docker,
      containerOptions({
        name: `grading-sandbox-${randomBytes(6).toString('hex')}`,
        image: options.image,
        runtime: options.runtime,
        labels: options.labels,
        memoryKb: startMemoryKb,
        sandboxUid: firstSandboxUid + randomInt(sandboxUids),
      }),
    );
    const container = new SandboxContainer(docker, created, options.image);
    try {
      await container.#begin();
      return container;
    } catch (error) {
      await container.destroy();
      throw error;
    }
  }

  get sources(): RunnerSources | undefined {
    return this.#sources;
  }

  /** Must not serve another submission. */
  get isTainted(): boolean {
    return this.#isTainted;
  }

  get gone(): RunnerFailedError | undefined {
    return this.#gone;
  }

  onGone(listener: (reason: RunnerFailedError) => void): void {
    this.#onGone = listener;
  }

  async checkHealth(timeoutMs: number): Promise<void> {
    await this.#runner().hello(timeoutMs);
  }

  async writeFile(name: string, content: Uint8Array): Promise<void> {
    await this.#runner().writeFile(name, content);
    this.#fileBytes += content.length;
    this.#sealedBytes = undefined;
  }

  /** Rejects with the signal's reason when aborted; the command is dead then. */
  async execute(request: ExecutionRequest, signal: AbortSignal): Promise<ExecutionOutcome> {
    signal.throwIfAborted();
    const runner = this.#runner();
    const capKb = memoryCapKb(request.limits.memoryKb, this.#bytesKept(request), request.stdin.length);
    await this.#setCap(runner, capKb);
    signal.throwIfAborted();
    let giveUp: NodeJS.Timeout | undefined;
    const onAbort = () => {
      giveUp = setTimeout(() => runner.close(), abortGraceMs);
      // Its failure is the runner's, which the command below reports.
      runner.kill().catch(() => {});
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const result = await this.#unlessStill(runner, () => runner.run(request));
      this.#fileBytes = result.fileBytes;
      if (request.sealWorkArea && result.outcome.exitCode === 0) this.#sealedBytes = result.fileBytes;
      if (result.outcome.end === 'memory-limit') this.#hasKilledByMemory = true;
      if (result.outcome.end === 'memory-limit' || result.processesRefused) this.#isTainted = true;
      signal.throwIfAborted();
      // No wait for a core: it would count as the program's time.
      if (result.outcome.end === 'time-limit' && (await stoodStill(this.#docker, this.id))) {
        runner.close(stillReason);
        throw this.#gone;
      }
      if (result.starved) throw new HostStarvedError(result.outcome.wallMs, result.outcome.judgedMs);
      return result.outcome;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RunnerFailedError && (await this.#wasKilledByMemory())) return memoryKill(request);
      throw error;
    } finally {
      clearTimeout(giveUp);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** @throws RunnerRefusedError when something is left of what ran before. */
  async reset(): Promise<void> {
    const runner = this.#runner();
    await this.#unlessStill(runner, () => runner.reset());
    this.#fileBytes = 0;
    this.#sealedBytes = undefined;
  }

  /** Ends and removes the container; never throws, as what Docker cannot remove now the reaper removes later. */
  destroy(): Promise<void> {
    this.#client?.close();
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  async #begin(): Promise<void> {
    const stream = await withDockerTimeout(
      this.#container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true }),
      'attach',
    );
    if (!(stream instanceof Duplex)) throw new Error('Docker gave no two-way stream to the container');
    this.#client = new RunnerClient(stream, (reason) => {
      this.#gone = reason;
      this.#onGone(reason);
    });
    await startContainer(this.#docker, this.#container);
    this.#sources = await this.#firstAnswer(this.#client);
  }

  /** The stream may be lost while the container starts, and nobody be told: the runner then waits for input, as we do for it. */
  async #firstAnswer(runner: RunnerClient): Promise<RunnerSources> {
    let looksIdle = 0;
    const look = async () => {
      looksIdle = (await waitsForInput(this.#container)) ? looksIdle + 1 : 0;
      if (looksIdle >= looksUntilDeaf)
        runner.close('nothing reaches the sandbox by the stream that Docker gave');
    };
    const timer = setInterval(() => void look(), stillLookMs);
    try {
      return await runner.hello(firstAnswerMs);
    } finally {
      clearInterval(timer);
    }
  }

  /** Files that stay while the command runs: a program must not buy memory with files that are removed first. */
  #bytesKept({ freshTmp }: ExecutionRequest): number {
    return (freshTmp ? this.#sealedBytes : undefined) ?? this.#fileBytes;
  }

  /** A container that stands still answers nothing: whoever waits for it learns so soon, long before the longest time is over. */
  async #unlessStill<Result>(runner: RunnerClient, work: () => Promise<Result>): Promise<Result> {
    const look = async () => {
      if (await standsStill(this.#container)) runner.close(stillReason);
    };
    const timer = setInterval(() => void look(), stillLookMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  #runner(): RunnerClient {
    if (this.#gone !== undefined) throw this.#gone;
    if (this.#client === undefined) throw new RunnerFailedError('the sandbox container is not started');
    return this.#client;
  }

  async #setCap(runner: RunnerClient, capKb: number): Promise<void> {
    if (capKb === this.#capKb) return;
    this.#setMemoryCap ??= await memoryCapSetter(this.#docker, this.#container);
    try {
      await this.#setMemoryCap(capKb, this.#capKb);
    } catch (error) {
      if (dockerStatus(error) === undefined) throw error;
      // It has ended, and its stream not yet; or it holds more than the limit. Either way another container is needed.
      runner.close(`its memory limit cannot be set: ${errorText(error)}`);
      throw this.#gone ?? error;
    }
    this.#capKb = capKb;
  }

  /**
   * The kernel may choose the runner where a program made itself the smaller victim. Docker's word holds for all of a
   * container's life: after a memory kill of an earlier command it says nothing, and a fresh container has to tell.
   */
  async #wasKilledByMemory(): Promise<boolean> {
    return !this.#hasKilledByMemory && (await endedForMemory(this.#container));
  }

  async #remove(): Promise<void> {
    try {
      await removeContainer(this.#docker, this.#container);
    } catch {
      // 409: a removal is in progress. Anything else is Docker's trouble; the labels stay for the reaper.
    }
  }
}

function memoryKill(request: ExecutionRequest): ExecutionOutcome {
  const none = new Uint8Array();
  return {
    end: 'memory-limit',
    exitCode: null,
    signal: 9,
    wallMs: 0,
    cpuMs: 0,
    waitMs: 0,
    judgedMs: 0,
    peakMemoryKb: request.limits.memoryKb,
    stdout: none,
    stderr: none,
    stderrTruncated: false,
  };
}
