import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;

/** What a process takes at this moment; null where it is gone. */
export function sampleOf(pid: number | undefined): { rssBytes: number; openFiles: number } | null {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return { rssBytes: Number(pages) * PAGE_BYTES, openFiles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}
