/**
 * The timestamp of a partition's oldest record that is not committed. Commits are asked for while records go on: what
 * begins after one was asked for is not in it, and the oldest of those is the oldest of all once it is acknowledged.
 * An answer that never comes changes nothing: the oldest stays the oldest.
 */
export class Uncommitted {
  #oldestMs: number | null = null;
  #oldestAfterMs: number | null = null;

  /** In milliseconds; null where every record that was begun is committed. */
  get oldestMs(): number | null {
    return this.#oldestMs;
  }

  /** A record was begun; `timestampMs` is its own. */
  began(timestampMs: number): void {
    this.#oldestMs ??= timestampMs;
    this.#oldestAfterMs ??= timestampMs;
  }

  /** All below the record with `lowTimestampMs` goes to be committed; null where that one is not begun. */
  committing(lowTimestampMs: number | null): void {
    this.#oldestAfterMs = lowTimestampMs;
  }

  /** The commit that was asked for last is acknowledged. */
  committed(): void {
    this.#oldestMs = this.#oldestAfterMs;
  }
}
