import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Inbox } from '../src/inbox.ts';

/** Records of one answer, each with a value of so many bytes. */
function recordsOf(sizes: readonly number[], firstOffset: number, answer: Buffer): FetchedRecord[] {
  let at = 0;
  return sizes.map((size, index) => {
    const start = at;
    at += size;
    return new FetchedRecord(firstOffset + index, 0, answer, start, start, start, at, at, at, 0, null);
  });
}

test('what was handed on is not kept, though the inbox never runs empty', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const inbox = new Inbox(0);
  const push = (from: number) => inbox.push(recordsOf([10, 10], from, Buffer.alloc(20)), 20, from + 2);
  push(0);
  const first = new WeakRef(inbox.peek() as FetchedRecord);
  inbox.shift();
  push(2);
  const isKept = (): boolean => {
    collect();
    return first.deref() !== undefined;
  };
  await expect.poll(isKept).toBe(false);
  expect(inbox.waiting).toBe(3);
});
