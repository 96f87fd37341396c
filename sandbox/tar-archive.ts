import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

export interface TarFile {
  readonly name: string;
  readonly content: Buffer;
}

/** A tar archive of small regular files, owned by root and readable; what Docker's archive upload takes. */
export function tarArchive(files: readonly TarFile[]): Promise<Buffer> {
  const archive = pack();
  // The same files make the same archive, whenever it is made.
  for (const { name, content } of files) archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(archive);
}
