const FIRST_BYTES = 64 * 1024;
/** A larger buffer is not kept for the next lines: one long stall would hold its memory for ever. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Text that waits to be written, as UTF-8. */
export interface ByteQueue {
  readonly bytes: number;
  /** Text, or what is UTF-8 already. @returns how many bytes it has. */
  add(text: string | Buffer): number;
  /** All that was added. Its memory is used again once it is given back. */
  take(): Buffer;
  /** To be called with what was taken last, when nobody looks at it any more. */
  giveBack(): void;
  clear(): void;
}

/**
 * Text becomes bytes as it comes: long strings that are put together piece by piece live until they are written, and the
 * collector would have to move each of their pieces. Two buffers take turns, so that nothing is allocated.
 */
export function createByteQueue(): ByteQueue {
  let buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let spare: Buffer<ArrayBuffer> | null = null;
  let lent: Buffer<ArrayBuffer> | null = null;
  let used = 0;

  function grow(wanted: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, buffer.length * 2));
    buffer.copy(larger, 0, 0, used);
    buffer = larger;
  }

  return {
    get bytes() {
      return used;
    },
    add(text) {
      // No UTF-16 unit becomes more than three bytes.
      const wanted = used + text.length * 3;
      if (wanted > buffer.length) grow(wanted);
      if (typeof text !== 'string') buffer.set(text, used);
      const written = typeof text === 'string' ? buffer.write(text, used) : text.length;
      used += written;
      return written;
    },
    take() {
      const taken = buffer.subarray(0, used);
      lent = buffer;
      buffer = spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
      spare = null;
      used = 0;
      return taken;
    },
    giveBack() {
      if (lent !== null && lent.length <= KEPT_BYTES) spare = lent;
      lent = null;
    },
    clear() {
      used = 0;
    },
  };
}
