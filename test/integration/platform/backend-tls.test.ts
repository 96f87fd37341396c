import { readFileSync } from 'node:fs';
import { createServer as createTlsServer, globalAgent } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { acceptance, answering, closeBackends, failure, listen, post, serve } from './odd-backends.js';
import { makeCertificates } from './tls-front.js';

afterEach(closeBackends);

describe('a backend with TLS', () => {
  test('a certificate nobody vouches for is told as that', async () => {
    const server = createTlsServer(unknownCertificate(), answering(200, acceptance));
    const url = (await listen(server)).replace('http:', 'https:');
    await expect(post(url)).rejects.toMatchObject({
      type: 'BackendUnreachable',
      message: expect.stringMatching(/certificate.*NODE_EXTRA_CA_CERTS/),
    });
  });

  test('a certificate that has expired is told as that, and not as one for another name', async () => {
    const made = makeCertificates(-1);
    const pair = { cert: readFileSync(made.serverCertificate), key: readFileSync(made.serverKey) };
    const before = globalAgent.options.ca;
    globalAgent.options.ca = readFileSync(made.authority);
    made.remove();
    try {
      const url = (await listen(createTlsServer(pair, answering(200, acceptance)))).replace(
        'http:',
        'https:',
      );
      const { message } = await failure(post(url));
      expect(message).toMatch(/certificate has expired.*is out of date.*a clock is wrong/);
      expect(message).not.toContain('another name');
    } finally {
      globalAgent.options.ca = before;
    }
  });

  test('https to a plain server, and http to one with TLS', async () => {
    const plain = (await serve(answering(200, acceptance))).replace('http:', 'https:');
    await expect(post(plain)).rejects.toThrow(/have to begin with http:\/\//);
    const tls = await listen(createTlsServer(unknownCertificate(), answering(200, acceptance)));
    await expect(post(tls)).rejects.toMatchObject({ type: 'BackendUnreachable' });
  });
});

/** Of an authority that nobody here trusts. */
function unknownCertificate() {
  const made = makeCertificates();
  const pair = { cert: readFileSync(made.serverCertificate), key: readFileSync(made.serverKey) };
  made.remove();
  return pair;
}
