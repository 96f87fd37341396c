import type { NativeConnectionOptions } from '@temporalio/worker';
import { NativeConnection } from '@temporalio/worker';

/** @throws Error that names the address and the next command when the server cannot be reached. */
export async function connectWorker(
  options: NativeConnectionOptions & { readonly address: string },
): Promise<NativeConnection> {
  const { address } = options;
  try {
    // Compression costs more than it saves where nothing goes over a wire.
    return await NativeConnection.connect({
      ...options,
      ...(isLoopback(address) ? { grpcCompression: { codec: 'none' } } : {}),
    });
  } catch (cause) {
    throw new Error(
      `Failed to connect to Temporal at ${address}: the server may be down, or TEMPORAL_ADDRESS wrong. Check with: temporal operator cluster health --address ${address}`,
      { cause },
    );
  }
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|$)/.test(address);
}
