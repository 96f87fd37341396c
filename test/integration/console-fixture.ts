import { openContext } from '../../cli/context.js';
import { createConsole } from '../../console/console.js';
import { createLogger } from '../../platform/process/logger.js';
import { ReleaseStack } from '../../platform/process/release-stack.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { testServices } from './services-fixture.js';

export interface ConsolePage {
  readonly url: string;
  readonly status: number;
  /** Without the places where a browser may break a word. */
  readonly body: string;
  readonly tookMs: number;
}

/** The console in this process, on the tests' services; it is closed after the pages were asked for, all at once. */
export async function askConsole(
  environment: Readonly<Record<string, string>>,
  urls: readonly string[],
): Promise<readonly ConsolePage[]> {
  const { amqpUrl, temporalAddress, namespace } = testServices();
  const settings = loadSettings({
    AMQP_URL: amqpUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    CONSOLE_TOKEN: 'a-token-of-operators',
    ...environment,
  });
  const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
  const stop = new AbortController();
  const releases = new ReleaseStack();
  const app = createConsole(openContext(settings, 'test', log, releases), stop.signal);
  const headers = { host: 'localhost', authorization: 'Bearer a-token-of-operators' };
  try {
    return await Promise.all(
      urls.map(async (url) => {
        const before = performance.now();
        const { statusCode, body } = await app.inject({ url, headers });
        const tookMs = performance.now() - before;
        return { url, status: statusCode, body: body.replaceAll('<wbr>', ''), tookMs };
      }),
    );
  } finally {
    stop.abort();
    await app.close();
    await releases.release();
  }
}
