import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Mark } from '../preload/ledger-line.ts';

const LINE_FEED = 10;

/**
 * Counts the lines of a ledger by their marks, and looks at each line once: whoever waits for a mark asks again and again,
 * and reading all of a long ledger each time would hold up the proxies of all cells, which share this process.
 */
export function createLedgerTail(file: string): { readonly count: (mark: Mark) => number } {
  const counts = new Map<number, number>();
  /** Up to here lines are counted. */
  let at = 0;

  function readOn(): void {
    const bytes = readFrom(file, at);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      const mark = bytes[start] as number;
      counts.set(mark, (counts.get(mark) ?? 0) + 1);
      start = end + 1;
    }
    at += start;
  }

  return {
    count(mark) {
      readOn();
      return counts.get(mark.charCodeAt(0)) ?? 0;
    },
  };
}

function readFrom(file: string, at: number): Buffer {
  const bytes = Buffer.alloc(Math.max(statSync(file).size - at, 0));
  if (bytes.length === 0) return bytes;
  const opened = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(opened, bytes, 0, bytes.length, at));
  } finally {
    closeSync(opened);
  }
}
