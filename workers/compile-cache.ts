import type { CompileCache } from '../activities/dependencies.js';

export interface BoundedCompileCache extends CompileCache {
  /** Held now. */
  bytes(): number;
}

/**
 * Keeps the most recently used archives, up to `maxBytes` in all.
 * @param onLookUp hears of each look-up whether it spared a compilation.
 */
export function createCompileCache(
  maxBytes: number,
  onLookUp: (result: 'hit' | 'miss') => void = () => undefined,
): BoundedCompileCache {
  // A Map keeps the order of insertion: the first is the one not used for longest.
  const archives = new Map<string, Uint8Array>();
  let bytes = 0;
  const forget = (key: string) => {
    bytes -= archives.get(key)?.length ?? 0;
    archives.delete(key);
  };
  return {
    maxBytes,
    bytes: () => bytes,
    get(key) {
      const archive = archives.get(key);
      if (archive === undefined) return undefined;
      archives.delete(key);
      archives.set(key, archive);
      return archive;
    },
    put(key, archive) {
      if (archive.length > maxBytes) return;
      forget(key);
      archives.set(key, archive);
      bytes += archive.length;
      for (const oldest of archives.keys()) {
        if (bytes <= maxBytes) break;
        forget(oldest);
      }
    },
    forget,
    lookedUp: onLookUp,
  };
}
