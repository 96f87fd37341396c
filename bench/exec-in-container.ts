import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';

/**
 * Runs a command by `docker exec`, beside what runs in the container.
 * @returns what it printed. @throws Error when it ends with another status than 0.
 */
export async function execInContainer(
  container: Docker.Container,
  argv: readonly string[],
  user?: string,
): Promise<string> {
  const exec = await container.exec({
    ...(user === undefined ? {} : { User: user }),
    Cmd: [...argv],
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const stream = await exec.start({ Tty: true });
  const printed = text(stream);
  if (!stream.readableEnded) await once(stream, 'end');
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0)
    throw new Error(`${argv.join(' ')} ended with ${ExitCode}: ${(await printed).slice(0, 500)}`);
  return printed;
}
