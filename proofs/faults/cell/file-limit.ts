import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import type { ConsumerProcess } from './consumer-process.ts';

const USUAL = 1_024;

/**
 * It opens no file and no connection any more, not even in the place of one that ends; what it has stays. Linux alone.
 * @throws Error where there is no `prlimit`
 */
export function denyFiles({ pid }: ConsumerProcess): void {
  // A new descriptor has the lowest free number, which must be below the limit.
  const open = descriptors(pid);
  const sockets = [...open].filter(([, to]) => to.startsWith('socket:')).map(([number]) => number);
  let free = 0;
  while (open.has(free)) free += 1;
  limit(pid, Math.min(free, ...sockets));
}

/** It may open files again. */
export function allowFiles({ pid }: ConsumerProcess): void {
  limit(pid, USUAL);
}

/** By number, what each is. */
function descriptors(pid: number): Map<number, string> {
  const folder = `/proc/${pid}/fd`;
  return new Map(
    readdirSync(folder).flatMap((name) => {
      try {
        return [[Number(name), readlinkSync(`${folder}/${name}`)] as const];
      } catch {
        // It was closed meanwhile.
        return [];
      }
    }),
  );
}

const limit = (pid: number, count: number): void =>
  void execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${count}:`]);
