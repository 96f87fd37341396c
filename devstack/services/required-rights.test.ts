import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Provision, Service } from './provision.js';
import { checkRights } from './required-rights.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'grader-rights-'));
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** There is no sudo in the directory that stands for the system's; sbin is searched beside it. */
const provision = () => ({ environment: { PATH: directory } }) as unknown as Provision;
const service = (need?: { what: string; remedy: string }): Service<unknown> => ({
  name: 'docker',
  missingPackages: async () => [],
  strategies: () => [],
  needsRoot: async () => need,
});

it('names everything that needs root, with what to do, before anything is started', async () => {
  const checking = checkRights(
    provision(),
    [service({ what: 'no Docker engine answers', remedy: 'sudo systemctl start docker' }), service()],
    ['postgresql', 'postgresql', 'rabbitmq-server'],
  );
  await expect(checking).rejects.toMatchObject({
    message:
      'This needs root, or sudo without a password, and neither is here: the packages postgresql, rabbitmq-server are missing; no Docker engine answers. Nothing was started.',
    remedy:
      'sudo apt-get install --no-install-recommends postgresql rabbitmq-server\n      sudo systemctl start docker',
  });
});

it('lets a user without root go on where nothing needs it', async () => {
  expect(await checkRights(provision(), [service()], [])).toBe(false);
});

it('asks nobody for reasons where root can be had', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  expect(await checkRights(provision(), [service({ what: 'x', remedy: 'y' })], ['postgresql'])).toBe(true);
});
