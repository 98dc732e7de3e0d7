import { crc32cByTables } from './crc32c-tables.ts';

type Native = typeof import('@node-rs/crc32').crc32c;

// RFC 3720, appendix B.4: 32 bytes of zeros.
const KNOWN = { bytes: Buffer.alloc(32), crc: 0x8a9136aa };

/** By the processor's own instruction; null where there is no binary for this machine, or one that reckons wrong. */
async function loadNative(): Promise<Native | null> {
  try {
    const { crc32c: native } = (await import('@node-rs/crc32')).default;
    return native(KNOWN.bytes) === KNOWN.crc ? native : null;
  } catch {
    return null;
  }
}

const native = await loadNative();

/**
 * CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum of a record batch; `node:zlib` has only the other CRC-32.
 * @returns that of the bytes from `start` up to `end`, as an unsigned number
 */
export const crc32c: typeof crc32cByTables =
  native === null ? crc32cByTables : (bytes, start, end) => native(bytes.subarray(start, end));
