import { once } from 'node:events';
import { openContext } from '../cli/context.js';
import { errorText } from '../domain/errors/error-text.js';
import { describePlatform } from '../platform/context/describe-platform.js';
import { findPlatform } from '../platform/context/find-platform.js';
import type { ServiceRun } from '../platform/process/run-service.js';
import { runService } from '../platform/process/run-service.js';
import { loadSettings } from '../platform/settings/settings.js';
import { SettingsError } from '../platform/settings/settings-error.js';
import { isLoopback } from './access/identify.js';
import type { ConsoleSettings } from './access/sessions.js';
import { createConsole } from './console.js';

const closingMs = 5_000;
/** Its readers, and a few pages at a time. */
const databaseConnections = 8;

/** Serves the console until it is stopped. It starts, and says so on its pages, whatever is down. @throws SettingsError */
async function runConsole({ settings, log, stop, releases }: ServiceRun): Promise<void> {
  requireAWayIn(settings.console);
  const { name } = findPlatform();
  const platform = describePlatform(name, settings);
  const context = openContext(settings, platform, log, releases, { maxConnections: databaseConnections });
  const app = createConsole(context, stop);
  releases.defer('the console', () => app.close(), closingMs);
  const { host, port } = settings.console;
  try {
    const address = await app.listen({ host, port });
    log.info({ address }, 'console started');
  } catch (cause) {
    throw new Error(
      `The console cannot listen on ${host}:${port}: ${errorText(cause)}. Another process has the port, or CONSOLE_HOST is no address of this machine. See: ss -ltnp | grep ${port}`,
      { cause },
    );
  }
  if (!stop.aborted) await once(stop, 'abort');
}

/** Beyond the loopback there are no guests: without a token or a proxy, nobody would see anything. */
function requireAWayIn({ host, token, viewerToken, userHeader }: ConsoleSettings): void {
  if (isLoopback(host) || (token ?? viewerToken ?? userHeader) !== undefined) return;
  throw new SettingsError(
    ['CONSOLE_TOKEN', 'CONSOLE_USER_HEADER'],
    `CONSOLE_HOST is ${host}, which others reach, and nobody could sign in. Set CONSOLE_TOKEN, such as to the output of: openssl rand -hex 24`,
  );
}

await runService({
  name: 'console',
  // Like a command, it finds what was started in this checkout.
  findSettings: () => loadSettings(findPlatform().environment),
  lastResortMs: () => closingMs * 2,
  run: runConsole,
});
