/** The calls that make, start and remove a container, each of which may be made again where its answer is lost. */
import type Docker from 'dockerode';
import { dockerStatus, idIn, isUnderWay, whileDockerAnswers } from './docker.js';
import { ownerFromLabels } from './owner.js';

export interface NamedContainer extends Docker.ContainerCreateOptions {
  readonly name: string;
  /** Of its owner: it tells our container of this name from another worker's. */
  readonly Labels: Record<string, string>;
}

/** Throws what Docker throws: 409 where another worker has one of this name. */
export function createContainer(
  docker: Docker,
  options: NamedContainer,
  askEveryMs?: number,
): Promise<Docker.Container> {
  const { name, ...body } = options;
  // Else all of it would stand in the address, too: 47 KB, where proxies take 8 to 16.
  const request: Docker.ContainerCreateOptions & { _query: object; _body: object } = {
    _query: { name },
    _body: body,
  };
  const create = async (isAgain: boolean) => {
    try {
      const container = await docker.createContainer(request);
      idIn(container, 'create container');
      return container;
    } catch (error) {
      if (!isAgain || dockerStatus(error) !== 409) throw error;
      return (await madeBefore(docker, options)) ?? rethrow(error);
    }
  };
  return whileDockerAnswers(docker, create, 'create container', askEveryMs);
}

export async function startContainer(
  docker: Docker,
  container: Docker.Container,
  askEveryMs?: number,
): Promise<void> {
  const start = async () => {
    try {
      await container.start();
    } catch (error) {
      // It runs.
      if (dockerStatus(error) !== 304) throw error;
    }
  };
  await whileDockerAnswers(docker, start, 'start container', askEveryMs);
}

/** With what it runs. Throws what Docker throws; nothing where it is gone already. */
export async function removeContainer(
  docker: Docker,
  container: Docker.Container,
  askEveryMs?: number,
): Promise<void> {
  const remove = async (isAgain: boolean) => {
    try {
      await container.remove({ force: true, v: true });
      return undefined;
    } catch (error) {
      if (dockerStatus(error) === 404) return undefined;
      if (isAgain && dockerStatus(error) === 409) return isUnderWay;
      throw error;
    }
  };
  await whileDockerAnswers(docker, remove, 'remove container', askEveryMs);
}

/** The one that an earlier request has made, whose answer was lost. @returns undefined for another worker's. */
async function madeBefore(
  docker: Docker,
  { name, Labels }: NamedContainer,
): Promise<Docker.Container | typeof isUnderWay | undefined> {
  try {
    const { Id, Config } = await docker.getContainer(name).inspect();
    const isOwn = ownerFromLabels(Config.Labels)?.poolId === ownerFromLabels(Labels)?.poolId;
    return isOwn ? docker.getContainer(Id) : undefined;
  } catch (error) {
    // Its name is taken before it can be seen.
    if (dockerStatus(error) === 404) return isUnderWay;
    throw error;
  }
}

function rethrow(error: unknown): never {
  throw error;
}
