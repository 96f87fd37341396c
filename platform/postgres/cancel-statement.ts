import { connect } from 'node:net';
import type { PoolClient } from 'pg';
import { z } from 'zod';

const timeoutMs = 2_000;
/** As the protocol has it; the same before and behind TLS, and through a pooling proxy. */
const requestCode = 80_877_102;

/** `pg` keeps what the server told it, and does not say so in its types. */
const cancelKey = z.object({
  host: z.string(),
  port: z.int(),
  processID: z.int(),
  secretKey: z.int(),
});

/**
 * Ends what a connection runs that was given up. The server does not notice that nobody waits for a statement any more: one
 * that waits for a locked table keeps its connection until the lock is gone, and attempts that follow take all there are, the
 * backend's too. What does not work here is left as it would be without.
 */
export function cancelStatement(client: PoolClient): void {
  const key = cancelKey.safeParse(client);
  if (!key.success) return;
  const { host, port, processID, secretKey } = key.data;
  const request = Buffer.alloc(16);
  for (const [index, word] of [16, requestCode, processID, secretKey].entries()) {
    request.writeInt32BE(word, index * 4);
  }
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.on('error', () => socket.destroy());
  socket.setTimeout(timeoutMs, () => socket.destroy());
  socket.end(request);
}
