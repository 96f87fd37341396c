export interface TarFile {
  /** Plain ASCII name of at most 100 bytes. */
  readonly name: string;
  readonly content: Buffer;
}

const blockBytes = 512;

/** A ustar archive of small regular files, owned by root and readable; what Docker's archive upload takes. */
export function tarArchive(files: readonly TarFile[]): Buffer {
  const parts: Buffer[] = [];
  for (const file of files) {
    const padding = (blockBytes - (file.content.length % blockBytes)) % blockBytes;
    parts.push(header(file), file.content, Buffer.alloc(padding));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

function header(file: TarFile): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(file.name, 0, 100, 'ascii');
  block.write('0000644\0', 100, 'ascii');
  block.write('0000000\0', 108, 'ascii');
  block.write('0000000\0', 116, 'ascii');
  block.write(`${file.content.length.toString(8).padStart(11, '0')}\0`, 124, 'ascii');
  block.write('00000000000\0', 136, 'ascii');
  // The checksum is taken with its own field full of blanks.
  block.write('        ', 148, 'ascii');
  block.write('0', 156, 'ascii');
  block.write('ustar\x0000', 257, 'ascii');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return block;
}
