import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { createLogOutput } from '../src/log-output.ts';
import type { WriteAll } from '../src/log-target.ts';

interface Chunk {
  readonly text: string;
  readonly done: (written: boolean) => void;
}

/** A target whose reader takes a chunk only when told to; `chunk` is the next one, as soon as it is there. */
function stalling(): { target: WriteAll; chunk: () => Promise<Chunk> } {
  const chunks = new EventEmitter();
  let next = once(chunks, 'chunk');
  return {
    target: (bytes, done) => void chunks.emit('chunk', { text: bytes.toString(), done }),
    chunk: async () => {
      const [chunk] = (await next) as [Chunk];
      next = once(chunks, 'chunk');
      return chunk;
    },
  };
}

test('lines that come together are written in one go, in order, one write at a time', async () => {
  const { target, chunk } = stalling();
  const output = createLogOutput({ target, pretty: null });
  output.write('a\n');
  output.write('b\n');
  const first = await chunk();
  output.write('c\n');
  output.write('d\n');
  expect(first.text).toBe('a\nb\n');
  expect(output.pendingBytes()).toBe(8);
  first.done(true);
  expect((await chunk()).text).toBe('c\nd\n');
});

test('written resolves with what was handed over before the call, not with what came after', async () => {
  const { target, chunk } = stalling();
  const output = createLogOutput({ target, pretty: null });
  expect(output.written()).toBeNull();
  output.write('a\n');
  const aWritten = output.written();
  const first = await chunk();
  output.write('b\n');
  let bWritten = false;
  const b = output.written()?.then(() => (bWritten = true));
  first.done(true);
  await aWritten;
  expect(bWritten).toBe(false);
  (await chunk()).done(true);
  await b;
  expect(output.written()).toBeNull();
  expect(output.pendingBytes()).toBe(0);
});

test('drained is called when what is pending has come down from above the mark', async () => {
  const { target, chunk } = stalling();
  const output = createLogOutput({ target, pretty: null });
  let drained = 0;
  output.onDrained(() => (drained += 1));
  output.write('x\n');
  (await chunk()).done(true);
  expect(drained).toBe(0);
  output.write('x'.repeat(300_000));
  (await chunk()).done(true);
  expect(drained).toBe(1);
});

test('a reader that is gone ends the wait of everyone, and lines are no longer kept', async () => {
  const { target, chunk } = stalling();
  const output = createLogOutput({ target, pretty: null });
  output.write('a\n');
  const first = await chunk();
  output.write('b\n');
  const waiting = output.written();
  first.done(false);
  await waiting;
  output.write('c\n');
  expect(output.pendingBytes()).toBe(0);
  expect(output.written()).toBeNull();
});

test('close waits for what is pending, but not for a reader that stalls', async () => {
  const { target, chunk } = stalling();
  const output = createLogOutput({ target, pretty: null });
  expect(await output.close()).toBe(true);
  output.write('a\n');
  const first = await chunk();
  expect(await output.close(1)).toBe(false);
  const closing = output.close();
  first.done(true);
  expect(await closing).toBe(true);
});
