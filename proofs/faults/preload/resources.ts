/**
 * Loaded into a process before its own code (`node --import`). Every two seconds it replaces RESOURCES_FILE by what is
 * active in the process, and what its memory is made of; see `OwnResources`.
 */
import { renameSync, writeFileSync } from 'node:fs';

export interface OwnResources {
  /** The fewest in the last 10 s: what stays, beside the work that comes and goes. */
  readonly timers: number;
  /** Handles and requests, such as sockets that something waits on; the fewest in the last 10 s. */
  readonly handles: number;
  readonly heapUsedBytes: number;
  /** With the array buffers. */
  readonly externalBytes: number;
}

const LOOK_MS = 190;
const LOOKS_KEPT = 53;
const WRITE_MS = 2_000;
const file = process.env['RESOURCES_FILE'] as string;
const looks: Pick<OwnResources, 'timers' | 'handles'>[] = [];

function look(): void {
  const active = process.getActiveResourcesInfo();
  const timers = active.filter((kind) => kind === 'Timeout' || kind === 'Immediate').length;
  looks.push({ timers, handles: active.length - timers });
  if (looks.length > LOOKS_KEPT) looks.shift();
}

function write(): void {
  const { heapUsed: heapUsedBytes, external: externalBytes } = process.memoryUsage();
  const now: OwnResources = {
    timers: Math.min(...looks.map(({ timers }) => timers)),
    handles: Math.min(...looks.map(({ handles }) => handles)),
    heapUsedBytes,
    externalBytes,
  };
  // Whoever reads it finds the whole.
  writeFileSync(`${file}.new`, JSON.stringify(now));
  renameSync(`${file}.new`, file);
}

setInterval(look, LOOK_MS).unref();
setInterval(write, WRITE_MS).unref();
