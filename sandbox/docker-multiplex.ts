const headerBytes = 8;
const stdoutStream = 1;

/**
 * Docker wraps an attached stream without a terminal in frames of its own: stream number, length, bytes.
 * Unwraps them piece by piece, without holding a frame back until it is complete.
 */
export function dockerDemultiplexer(onStdout: (chunk: Buffer) => void, onStderr: (chunk: Buffer) => void) {
  const header = Buffer.alloc(headerBytes);
  let headerHave = 0;
  let left = 0;
  return (chunk: Buffer): void => {
    let at = 0;
    while (at < chunk.length) {
      if (left === 0) {
        const copied = chunk.copy(header, headerHave, at, at + headerBytes - headerHave);
        headerHave += copied;
        at += copied;
        if (headerHave < headerBytes) return;
        left = header.readUInt32BE(4);
        headerHave = 0;
        continue;
      }
      const piece = chunk.subarray(at, at + left);
      at += piece.length;
      left -= piece.length;
      (header[0] === stdoutStream ? onStdout : onStderr)(piece);
    }
  };
}
