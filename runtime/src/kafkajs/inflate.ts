import { gunzipSync, zstdDecompressSync } from 'node:zlib';

/** The codec numbers of a batch's attributes (https://kafka.apache.org/documentation/#recordbatch). */
export const CODEC = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** A batch that inflates beyond this is never held whole. */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

export interface NotInflated {
  readonly reason: 'too-large' | 'corrupt' | 'unknown-codec';
  readonly message: string;
}

/**
 * Inflates the records of a batch, at once: for the megabyte that a batch has, a trip through the thread pool costs
 * more than it frees.
 * @returns the bytes, or `too-large` as soon as they exceed MAX_INFLATED_BYTES
 */
export function inflate(codec: number, compressed: Buffer): Buffer | NotInflated {
  try {
    if (codec === CODEC.gzip) return inflateGzip(compressed);
    if (codec === CODEC.zstd) return zstdDecompressSync(compressed, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (error) {
    return notInflated(error as NodeJS.ErrnoException);
  }
  return { reason: 'unknown-codec', message: `compression codec ${codec} is not known` };
}

function inflateGzip(compressed: Buffer): Buffer | NotInflated {
  // The last four bytes are the inflated size modulo 2^32: only a hint, but one that saves growing the output.
  const hint = compressed.length < 18 ? 0 : compressed.readUInt32LE(compressed.length - 4);
  if (hint > MAX_INFLATED_BYTES) return TOO_LARGE;
  return gunzipSync(compressed, {
    maxOutputLength: MAX_INFLATED_BYTES,
    chunkSize: Math.min(Math.max(hint, 1024), 4 * 1024 * 1024),
  });
}

const TOO_LARGE: NotInflated = {
  reason: 'too-large',
  message: `it inflates beyond ${MAX_INFLATED_BYTES} bytes`,
};

function notInflated(error: NodeJS.ErrnoException): NotInflated {
  return error.code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : { reason: 'corrupt', message: error.message };
}
