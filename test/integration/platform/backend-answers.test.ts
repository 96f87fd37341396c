import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { acceptance, answering, closeBackends, failure, post, serve, serveRaw } from './odd-backends.js';

afterEach(closeBackends);

describe('a result counts as delivered', () => {
  test.each<[what: string, answer: Parameters<typeof answering>]>([
    ['by the answer of the contract', [200, acceptance]],
    ['as Flask writes it', [200, `${acceptance}\n`, { 'content-type': 'application/json' }]],
    ['with further fields', [200, '{"msg": "Result updated successfully", "submission_id": 7, "score": 3}']],
    ['with a byte order mark', [200, `\uFEFF${acceptance}`]],
    [
      'with a charset',
      [200, Buffer.from(acceptance, 'utf16le'), { 'content-type': 'application/json; charset=utf-16le' }],
    ],
    [
      'with a charset nobody knows',
      [200, acceptance, { 'content-type': 'application/json; charset=klingon' }],
    ],
    ['compressed without being asked to', [200, gzipSync(acceptance), { 'content-encoding': 'gzip' }]],
  ])('%s', async (_what, answer) => {
    expect(await post(await serve(answering(...answer)))).toBe('accepted');
  });

  test('after informational answers', async () => {
    const url = await serveRaw((socket) =>
      socket.end(
        `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: ${acceptance.length}\r\n\r\n${acceptance}`,
      ),
    );
    expect(await post(url)).toBe('accepted');
  });

  test('by HTTP/1.0 without a length', async () => {
    const url = await serveRaw((socket) => socket.end(`HTTP/1.0 200 OK\r\n\r\n${acceptance}`));
    expect(await post(url)).toBe('accepted');
  });

  test.each([200, 201, 202])('by any JSON object of a %i where the setting allows it', async (status) => {
    const url = await serve(answering(status, '{"ok": true}'));
    expect(await post(url, { rule: 'json' })).toBe('accepted');
    await expect(post(url)).rejects.toThrow(/does not say that the result is stored.*BACKEND_ANSWER=json/);
  });
});

describe('a 2xx that is not the answer of the contract is not delivery', () => {
  const pages: [what: string, answer: Parameters<typeof answering>][] = [
    ['a login page', [200, '<html>please log in</html>', { 'content-type': 'text/html' }]],
    ['no content', [204, '']],
    ['an empty body', [200, '']],
    ['white space', [200, ' \n']],
    ['invalid JSON', [200, '{"msg": "Result updated succ']],
    ['a JSON array', [200, `[${acceptance}]`]],
    ['a JSON string', [200, '"Result updated successfully"']],
    ['null', [200, 'null']],
    ['another submission', [200, '{"msg": "Result updated successfully", "submission_id": 8}']],
    ['a bomb of zeros', [200, gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }]],
    ['garbage that claims to be compressed', [200, acceptance, { 'content-encoding': 'gzip' }]],
    ['an encoding nobody knows', [200, acceptance, { 'content-encoding': 'rot13' }]],
  ];
  test.each(pages)('%s', async (_what, answer) => {
    const url = await serve(answering(...answer));
    for (const rule of ['contract', 'json'] as const) {
      await expect(post(url, { rule })).rejects.toMatchObject({
        type: 'BackendWrongAddress',
        status: answer[0],
        message: expect.stringMatching(/does not count as delivered.*BACKEND_API_URL/s),
      });
    }
  });

  test('an id nested deeper than the stack', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const body = `{"msg": "Result updated successfully", "submission_id": ${deep}}`;
    await expect(post(await serve(answering(200, body)))).rejects.toMatchObject({
      type: 'BackendWrongAddress',
      message: expect.stringContaining('an answer about submission that is no number'),
    });
  });

  test('another message, or the right one with another status', async () => {
    for (const answer of [answering(200, '{"msg": "Please log in"}'), answering(202, acceptance)]) {
      await expect(post(await serve(answer))).rejects.toMatchObject({ type: 'BackendWrongAddress' });
    }
  });
});

describe('a 404 is "no such submission" only in the words of the backend', () => {
  test('which end the sending', async () => {
    expect(await post(await serve(answering(404, '{"msg": "Submission not found"}')))).toBe('not-found');
  });

  test.each([
    ['<html>404 Not Found</html>'],
    [''],
    ['{"msg": "Submission endpoint not found"}'],
    ['{"detail": "Not Found"}'],
    ['["Submission not found"]'],
    ['"Submission not found"'],
  ])('%s', async (body) => {
    await expect(post(await serve(answering(404, body)))).rejects.toMatchObject({
      type: 'BackendWrongAddress',
      status: 404,
    });
  });
});

describe('a redirect is not followed', () => {
  test.each([301, 302, 303, 307, 308])('%i, and is shown with its Location', async (status) => {
    let followed = 0;
    const url = await serve((request, response) => {
      if (request.url?.startsWith('/login') === true) followed += 1;
      response.writeHead(status, { location: '/login?token=secret' }).end();
    });
    const error = await failure(post(url));
    expect(error).toMatchObject({ type: 'BackendWrongAddress', status });
    expect(error.message).toMatch(/a redirect to \/login\?….*not followed.*BACKEND_API_URL/);
    expect(error.message).not.toContain('secret');
    expect(followed).toBe(0);
  });

  test('nor is one to nowhere, and credentials in it are not shown', async () => {
    await expect(post(await serve(answering(302, '')))).rejects.toThrow(/redirect to nowhere/);
    const url = await serve(answering(307, '', { location: 'https://admin:pw@sso.example/in' }));
    await expect(post(url)).rejects.toThrow(/redirect to https:\/\/sso\.example\/in\./);
  });
});

describe('other answers are sent again and say what to do', () => {
  test.each<[number, string, string, RegExp]>([
    [400, '{"msg": "bad"}', 'BackendRejectedResult', /cannot store this result/],
    [
      400,
      '<html>The plain HTTP request was sent to HTTPS port</html>',
      'BackendRejectedResult',
      /not the words of the backend/,
    ],
    [401, '', 'BackendWrongAddress', /asks for a login.*BACKEND_API_URL/],
    [403, '<html/>', 'BackendWrongAddress', /asks for a login/],
    [405, '', 'BackendWrongAddress', /the path is wrong/],
    [413, '<html/>', 'BackendRejectedResult', /The result has \d+ bytes.*client_max_body_size/],
    [422, '{}', 'BackendRejectedResult', /cannot store this result/],
    [429, '', 'BackendUnavailable', /in trouble/],
    [500, 'a\u001b[31mb', 'BackendUnavailable', /: a \[31mb\./],
    [502, '<html/>', 'BackendUnavailable', /in trouble/],
    [599, '', 'BackendUnavailable', /in trouble/],
  ])('%i %s', async (status, body, type, message) => {
    await expect(post(await serve(answering(status, body)))).rejects.toMatchObject({
      type,
      status,
      message: expect.stringMatching(message),
    });
  });

  test.each<[what: string, headers: Record<string, string>, ms: number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7_000],
    [
      'a date, by the clock of the answer',
      { 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT', date: 'Wed, 21 Oct 2015 07:28:00 GMT' },
      30_000,
    ],
    ['a date that has passed', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
    ['nothing', {}, undefined],
  ])('Retry-After as %s is told with the error', async (_what, headers, ms) => {
    for (const status of [429, 503]) {
      expect((await failure(post(await serve(answering(status, '', headers))))).retryAfterMs).toBe(ms);
    }
  });
});

describe('an answer is read up to a limit and a deadline', () => {
  test.each([200, 500])('an endless one with status %i is cut off', async (status) => {
    let sent = 0;
    const url = await serve((request, response) => {
      request.resume();
      response.writeHead(status);
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', pour);
      pour();
    });
    await expect(post(url)).rejects.toThrow(/the answer is longer than 65536 bytes/);
    expect(sent).toBeLessThan(20_000_000);
  });

  test('one that drips in is given up', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    const startedAt = Date.now();
    await expect(post(url, { timeoutMs: 300 })).rejects.toMatchObject({
      type: 'BackendUnreachable',
      message: expect.stringMatching(/broke off: it was not complete within 300 ms/),
    });
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });

  test('informational answers without end are given up', async () => {
    const url = await serveRaw((socket) => {
      const drip = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    await expect(post(url, { timeoutMs: 300 })).rejects.toThrow(/no answer within 300 ms/);
  });

  test.each<[what: string, head: string]>([
    ['shorter than its length', 'content-length: 500'],
    ['chunks without an end', 'transfer-encoding: chunked'],
  ])('%s: it broke off', async (_what, head) => {
    const body = head.startsWith('content') ? acceptance : `26\r\n${acceptance}\r\n`;
    const url = await serveRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`));
    await expect(post(url)).rejects.toMatchObject({
      type: 'BackendUnreachable',
      message: expect.stringMatching(/began with status 200 and broke off.*sent again/),
    });
  });

  test('a 503 that breaks off is still a 503', async () => {
    const url = await serveRaw((socket) =>
      socket.end('HTTP/1.1 503 No\r\nretry-after: 9\r\ncontent-length: 500\r\n\r\nbusy'),
    );
    await expect(post(url)).rejects.toMatchObject({ type: 'BackendUnavailable', retryAfterMs: 9_000 });
  });

  test.each<[what: string, reply: string]>([
    ['nothing', ''],
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'],
    ['endless headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n${acceptance}`],
  ])('%s instead of an answer', async (_what, reply) => {
    const url = await serveRaw((socket) => socket.end(reply));
    await expect(post(url)).rejects.toMatchObject({ type: 'BackendUnreachable' });
  });
});

describe('what the message says of an answer that is none', () => {
  test.each<[what: string, reply: string, said: RegExp]>([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n', /does not speak HTTP/],
    [
      'headers too long',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      /head of its answer .*16 KiB/,
    ],
    [
      'two lengths',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      /breaks a rule of HTTP/,
    ],
  ])('%s', async (_what, reply, said) => {
    const url = await serveRaw((socket) => socket.end(reply));
    await expect(post(url)).rejects.toMatchObject({ message: expect.stringMatching(said) });
  });
});
