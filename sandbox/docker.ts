import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import pTimeout from 'p-timeout';
import { errorCode } from '../domain/errors/error-code.js';
import { errorText } from '../domain/errors/error-text.js';
import { SandboxUnavailableError } from './errors.js';

/** Where the Docker engine listens. */
export type DockerAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly protocol?: 'http' | 'https' };

const defaultSocketPath = '/var/run/docker.sock';

/**
 * The engine's address from a DOCKER_HOST value (`unix:///path`, `tcp://host:port`); the default socket without one.
 * @throws SandboxUnavailableError for any other form.
 */
export function dockerAddress(dockerHost: string | undefined): DockerAddress {
  if (dockerHost === undefined || dockerHost === '') return { socketPath: defaultSocketPath };
  if (dockerHost.startsWith('unix://')) return { socketPath: dockerHost.slice('unix://'.length) };
  const url = URL.canParse(dockerHost) ? new URL(dockerHost) : undefined;
  if (url === undefined || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new SandboxUnavailableError(
      `DOCKER_HOST is "${dockerHost}". Use unix:///var/run/docker.sock or tcp://host:2375.`,
    );
  }
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  return { host: url.hostname, port: url.port === '' ? 2375 : Number(url.port), protocol };
}

/** @param timeoutMs of silence after which a request ends; without it requests may wait for ever. */
export function connectDocker(address: DockerAddress, timeoutMs?: number): Docker {
  // What is not given, dockerode takes from DOCKER_HOST, and a host before a socket.
  const nothingElse = { host: undefined, socketPath: undefined } as const;
  return new Docker({
    ...nothingElse,
    ...address,
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
}

/** An HTTP status the engine answered with; undefined for failures of another kind. */
export function dockerStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** The id in an answer. @throws SandboxUnavailableError where there is none, as in a proxy's page or an answer that was cut. */
export function idIn(answer: { readonly id?: unknown } | { readonly Id?: unknown }, call: string): string {
  const id = 'Id' in answer ? answer.Id : 'id' in answer ? answer.id : undefined;
  if (typeof id === 'string' && id !== '') return id;
  throw new SandboxUnavailableError(`what answers is no Docker engine: its answer to "${call}" has no id`);
}

/** Ends a call the engine does not answer. What it does later is the reaper's business. */
export function withDockerTimeout<Result>(
  call: Promise<Result>,
  what: string,
  timeoutMs = 30_000,
): Promise<Result> {
  return pTimeout(call, {
    milliseconds: timeoutMs,
    message: `Docker did not answer within ${timeoutMs} ms (${what})`,
  });
}

/** An engine that answers may take this long to make, start or remove a container. */
const maxWorkMs = 10 * 60_000;

/** What a call says that was made again, and found that the engine is at it. */
export const isUnderWay = Symbol('is under way');

/**
 * For calls that are work for the engine. On a host that is busy enough a container takes minutes to start: one that
 * was given up after half of one would be made, and given up, again and again. So it is waited for as long as the
 * engine answers other questions.
 *
 * A request, or the answer to it, may also have been lost on a connection that nobody ended. So the call is made again
 * each time, beside the earlier ones, and the first answer to any of them counts.
 * @param call must do no harm when it is made twice; it may then find the work done, or under way.
 */
export async function whileDockerAnswers<Result>(
  docker: Docker,
  call: (isAgain: boolean) => Promise<Result | typeof isUnderWay>,
  what: string,
  askEveryMs = 10_000,
): Promise<Result> {
  let answer: (made: Promise<Result | typeof isUnderWay>) => void = () => undefined;
  const ended = new Promise<{ readonly result: Result }>((resolve, reject) => {
    answer = (made) =>
      void made.then((result) => {
        if (result !== isUnderWay) resolve({ result });
      }, reject);
  });
  // What it rejects with is thrown below, where the race is looked at, or comes too late.
  ended.catch(() => undefined);
  answer(call(false));
  const maxAsked = Math.ceil(maxWorkMs / askEveryMs);
  for (let asked = 0; asked < maxAsked; asked += 1) {
    const waiting = new AbortController();
    const pause = sleep(askEveryMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    // Most calls end within milliseconds: none leaves a timer behind.
    const done = await Promise.race([ended, pause]).finally(() => waiting.abort());
    if (done !== undefined) return done.result;
    // On a busy host it answers late.
    await withDockerTimeout(docker.ping(), what, 3 * askEveryMs);
    answer(call(true));
  }
  throw new SandboxUnavailableError(`Docker answers, but did not do it within ${maxWorkMs} ms (${what})`);
}

/** Turns what a Docker call threw into a message with the likely cause and the next command. */
export function sandboxUnavailable(error: unknown, address: DockerAddress): SandboxUnavailableError {
  if (error instanceof SandboxUnavailableError) return error;
  const place = 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
  const code = errorCode(error);
  const message = errorText(error);
  if (unreachable.has(code)) {
    return new SandboxUnavailableError(
      `no Docker engine answers at ${place} (${code}). Start it with "systemctl start docker" ` +
        '(or "service docker start"), or set DOCKER_HOST to where it listens.',
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new SandboxUnavailableError(
      `this user may not use Docker at ${place} (${code}). Add it with ` +
        '"sudo usermod -aG docker $USER" and log in again, or run as root.',
      { cause: error },
    );
  }
  return new SandboxUnavailableError(
    isUnknownRuntime.test(message) ? unknownRuntime(message, place) : `${message} (Docker at ${place})`,
    { cause: error },
  );
}

const unreachable = new Set<string | number | undefined>(
  'ENOENT ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENOTFOUND'.split(' '),
);

/** As Docker says it since 23, before, and for the name of a containerd shim. */
const isUnknownRuntime =
  /unknown or invalid runtime name|unknown runtime specified|failed to resolve runtime path/i;

function unknownRuntime(message: string, place: string): string {
  return (
    `Docker at ${place} has no such runtime as SANDBOX_RUNTIME names: ${message}. See which it has with ` +
    '"docker info --format \'{{json .Runtimes}}\'"; register gVisor with "sudo runsc install && sudo systemctl ' +
    'restart docker", or unset SANDBOX_RUNTIME.'
  );
}
