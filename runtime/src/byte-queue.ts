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

export function createByteQueue(): ByteQueue {
  return new TwoBufferQueue();
}

/**
 * Text becomes bytes as it comes: long strings that are put together piece by piece live until they are written, and the
 * collector would have to move each of their pieces. Two buffers take turns, so that nothing is allocated.
 */
class TwoBufferQueue implements ByteQueue {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #spare: Buffer<ArrayBuffer> | null = null;
  #lent: Buffer<ArrayBuffer> | null = null;
  #used = 0;

  get bytes(): number {
    return this.#used;
  }

  add(text: string | Buffer): number {
    // No UTF-16 unit becomes more than three bytes.
    const wanted = this.#used + text.length * 3;
    if (wanted > this.#buffer.length) this.#grow(wanted);
    const written =
      typeof text === 'string' ? this.#buffer.write(text, this.#used) : text.copy(this.#buffer, this.#used);
    this.#used += written;
    return written;
  }

  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#used);
    this.#lent = this.#buffer;
    this.#buffer = this.#spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#spare = null;
    this.#used = 0;
    return taken;
  }

  giveBack(): void {
    if (this.#lent !== null && this.#lent.length <= KEPT_BYTES) this.#spare = this.#lent;
    this.#lent = null;
  }

  clear(): void {
    this.#used = 0;
  }

  #grow(wanted: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }
}
