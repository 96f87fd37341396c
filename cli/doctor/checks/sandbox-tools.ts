import { randomBytes } from 'node:crypto';
import { onInterrupt } from '../../../platform/terminal/interrupt.js';
import { withDockerTimeout } from '../../../sandbox/docker.js';
import { dockerDemultiplexer } from '../../../sandbox/docker-multiplex.js';
import { currentOwner, ownerLabels } from '../../../sandbox/owner.js';
import type { Check, Finding } from '../check.js';
import { failed, ok, warning } from '../check.js';
import type { DoctorContext } from '../doctor-context.js';

/** Tool → what needs it; the first two build the runner itself. */
const tools: Readonly<Record<string, string>> = {
  gcc: 'the runner',
  'g++': 'C++',
  python3: 'Python',
  javac: 'Java',
  java: 'Java',
};
const script = [
  `for tool in ${Object.keys(tools).join(' ')}; do command -v "$tool" >/dev/null && echo "has $tool"; done`,
  "echo 'int main(void) { return 0; }' > /tmp/a.c",
  'gcc /tmp/a.c -o /tmp/a && /tmp/a && echo "has headers"',
  'true',
].join('\n');

/** Looks into a container of the image, without network, and removes it at once. */
export const sandboxTools: Check = {
  name: 'sandbox tools',
  area: 'Docker',
  needs: 'sandbox image',
  timeoutMs: 40_000,
  run: async (context) => judgeTools(await toolsOf(context), context.settings.dockerImage),
};

export function judgeTools(found: ReadonlySet<string>, image: string): Finding {
  const missing = Object.keys(tools).filter((tool) => !found.has(tool));
  const remedy = `apt-get install -y build-essential python3 default-jdk-headless in the Dockerfile of ${image}`;
  if (missing.includes('gcc') || missing.includes('g++') || !found.has('headers')) {
    const lacks = missing.length > 0 ? missing.join(', ') : "the C library's headers";
    return failed(`${image} lacks ${lacks}: without a C compiler the runner cannot be made`, remedy);
  }
  if (missing.length > 0) {
    const languages = [...new Set(missing.map((tool) => tools[tool]))].join(' and ');
    return warning(
      `${image} lacks ${missing.join(', ')}: submissions in ${languages} fail to compile or run`,
      remedy,
    );
  }
  return ok(`${Object.keys(tools).join(', ')}`);
}

async function toolsOf({ docker, settings }: DoctorContext): Promise<ReadonlySet<string>> {
  const creating = docker.createContainer({
    Image: settings.dockerImage,
    Entrypoint: ['/bin/sh', '-c', script],
    Cmd: [],
    User: '0:0',
    AttachStdout: true,
    AttachStderr: true,
    // A worker's reaper leaves it alone while this process lives, and removes it afterwards.
    Labels: ownerLabels(currentOwner(`doctor-${randomBytes(4).toString('hex')}`)),
    HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'none', Config: {} } },
  });
  const remove = async () => {
    const made = await creating.catch(() => undefined);
    await made?.remove({ force: true, v: true }).catch(() => undefined);
  };
  const withdraw = onInterrupt(remove);
  try {
    const container = await withDockerTimeout(creating, 'create container');
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    let output = '';
    stream.on(
      'data',
      dockerDemultiplexer(
        (chunk: Buffer) => {
          output += chunk.toString('utf8');
        },
        () => undefined,
      ),
    );
    const ended = new Promise<void>((resolve) => stream.once('end', resolve));
    await withDockerTimeout(container.start(), 'start container');
    await withDockerTimeout(Promise.all([container.wait(), ended]), 'look into the image', 30_000);
    return new Set([...output.matchAll(/^has (\S+)$/gm)].map((match) => match[1] ?? ''));
  } finally {
    await remove();
    withdraw();
  }
}
