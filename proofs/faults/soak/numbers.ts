/** How often each of the numbers 0, 1, 2 … was seen; a byte each, so that a soak of days fits into memory. */
export interface Numbers {
  add(number: number): void;
  /** Up to 255. */
  of(number: number): number;
  /** All of them, to be sent to another process. */
  bytes(): Uint8Array;
}

/** @param counts - those to begin with */
export function countNumbers(counts: Uint8Array = new Uint8Array(1 << 20)): Numbers {
  let bytes = counts;
  return {
    add: (number) => {
      if (number >= bytes.length) {
        const larger = new Uint8Array(Math.max(2 * bytes.length, number + 1));
        larger.set(bytes);
        bytes = larger;
      }
      bytes[number] = Math.min(255, (bytes[number] ?? 0) + 1);
    },
    of: (number) => bytes[number] ?? 0,
    bytes: () => bytes,
  };
}
