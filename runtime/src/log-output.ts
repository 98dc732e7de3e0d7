import { setTimeout as sleep } from 'node:timers/promises';
import { createByteQueue } from './byte-queue.ts';
import type { WriteAll } from './log-target.ts';

/** Where lines go: in order, never dropped, written in the background. */
export interface LogOutput {
  /** True where a person reads: lines are made pretty. */
  readonly terminal: boolean;
  /** Hands over one complete JSON line, with its line feed; one that is UTF-8 already is copied. */
  readonly write: (line: string | Buffer) => void;
  /** Handed over and not yet written. */
  readonly pendingBytes: () => number;
  /** Null when nothing is pending; else resolves when all that was handed over before this call is written. */
  readonly written: () => Promise<void> | null;
  /** Calls back whenever `pendingBytes` has come down from above the mark (256 KiB) to below it. */
  readonly onDrained: (callback: () => void) => void;
  /** Waits until all is written, at most `timeoutMs` (2 s unless given). Resolves to whether all of it was. */
  readonly close: (timeoutMs?: number) => Promise<boolean>;
}

export interface LogOutputOptions {
  readonly target: WriteAll;
  /** Applied to each line; null outside of a terminal. */
  readonly pretty: ((line: string) => string) | null;
}

const drainMarkBytes = 256 * 1024;
const closeTimeoutMs = 2_000;

/**
 * Collects lines and writes all that have come together in one go, one write at a time. A reader that stalls makes
 * `pendingBytes` grow: whoever produces lines must look at it. When the reader is gone for good, there is nobody to
 * keep lines for: they count as written.
 */
export function createLogOutput({ target, pretty }: LogOutputOptions): LogOutput {
  const queue = createByteQueue();
  let inFlightBytes = 0;
  let scheduled = false;
  let gone = false;
  let handedOver = 0;
  let writtenOut = 0;
  const waiters: { readonly upTo: number; readonly resolve: () => void }[] = [];
  const drained: (() => void)[] = [];

  const pendingBytes = (): number => queue.bytes + inFlightBytes;

  const flush = (): void => {
    scheduled = false;
    if (inFlightBytes > 0 || queue.bytes === 0) return;
    const chunk = queue.take();
    const { length } = chunk;
    inFlightBytes = length;
    target(chunk, (ok) => {
      queue.giveBack();
      onWritten(length, ok);
    });
  };

  const onWritten = (length: number, ok: boolean): void => {
    const before = pendingBytes();
    if (!ok) {
      gone = true;
      queue.clear();
    }
    inFlightBytes = 0;
    writtenOut = ok ? writtenOut + length : handedOver;
    while (waiters[0] !== undefined && waiters[0].upTo <= writtenOut) waiters.shift()?.resolve();
    if (before >= drainMarkBytes && pendingBytes() < drainMarkBytes)
      for (const callback of drained) callback();
    flush();
  };

  const written = (): Promise<void> | null => {
    if (writtenOut === handedOver) return null;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiters.push({ upTo: handedOver, resolve });
    return promise;
  };

  return {
    terminal: pretty !== null,
    write(line) {
      if (gone) return;
      handedOver += queue.add(pretty === null ? line : pretty(String(line)));
      if (scheduled || inFlightBytes > 0) return;
      scheduled = true;
      setImmediate(flush);
    },
    pendingBytes,
    written,
    onDrained: (callback) => void drained.push(callback),
    async close(timeoutMs = closeTimeoutMs) {
      const all = written();
      if (all === null) return true;
      const bound = new AbortController();
      const timeUp = sleep(timeoutMs, false, { signal: bound.signal }).catch(() => false);
      const done = await Promise.race([all.then(() => true), timeUp]);
      bound.abort();
      return done;
    },
  };
}
