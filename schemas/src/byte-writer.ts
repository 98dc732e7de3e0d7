export interface ByteWriterOptions {
  readonly firstBytes: number;
  /** Larger memory is not used again: one large text would hold it for ever. */
  readonly keptBytes: number;
}

/** Bytes put together piece by piece, in memory that is used again. */
export class ByteWriter {
  readonly #options: ByteWriterOptions;
  protected memory: Buffer;
  protected used = 0;

  constructor(options: ByteWriterOptions) {
    this.#options = options;
    this.memory = Buffer.allocUnsafeSlow(options.firstBytes);
  }

  /** Forgets what was written. */
  clear(): void {
    this.used = 0;
    const { firstBytes, keptBytes } = this.#options;
    if (this.memory.length > keptBytes) this.memory = Buffer.allocUnsafeSlow(firstBytes);
  }

  /** What was written, a view that is good until the next piece; begins anew. */
  take(): Buffer {
    const written = this.memory.subarray(0, this.used);
    this.clear();
    return written;
  }

  /** How many bytes are written, for `cutTo`. */
  get length(): number {
    return this.used;
  }

  /** Takes back what was written since there were so many bytes. */
  cutTo(length: number): void {
    this.used = length;
  }

  /** Bytes as they are. */
  raw(piece: Uint8Array): void {
    this.makeRoom(piece.length);
    this.memory.set(piece, this.used);
    this.used += piece.length;
  }

  /** Text of ASCII alone. */
  ascii(text: string): void {
    this.makeRoom(text.length);
    const { memory } = this;
    let at = this.used;
    for (let index = 0; index < text.length; index += 1) memory[at++] = text.charCodeAt(index);
    this.used = at;
  }

  protected makeRoom(more: number): void {
    const needed = this.used + more;
    if (needed <= this.memory.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.memory.length));
    this.memory.copy(larger, 0, 0, this.used);
    this.memory = larger;
  }
}
