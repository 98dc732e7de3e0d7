import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Verdict } from '@event-pipeline/schemas/accept.ts';
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

/** An inbox, the offsets that were judged, and what a verdict says of its record. */
function rig() {
  const inbox = new Inbox(0);
  const judged: number[] = [];
  const judge = ({ offset }: FetchedRecord) => {
    judged.push(offset);
    return { kind: 'accepted', event: offset } as unknown as Verdict;
  };
  let end = 0;
  const push = (...sizes: number[]): void => {
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    inbox.push(recordsOf(sizes, end, Buffer.alloc(bytes)), bytes, (end += sizes.length));
  };
  const offsetOfVerdict = () => (inbox.verdict(judge) as unknown as { event: number } | null)?.event;
  return { inbox, judged, push, offsetOfVerdict };
}

test('a verdict is that of the record whose turn it is, whatever was passed over, came or was dropped meanwhile', () => {
  const { inbox, judged, push, offsetOfVerdict } = rig();
  push(...Array.from({ length: 20 }, () => 10));
  expect([offsetOfVerdict(), judged.length]).toEqual([0, 16]);
  inbox.shift();
  inbox.shift();
  expect([offsetOfVerdict(), judged.length]).toEqual([2, 16]);
  inbox.shift();
  push(10, 10);
  for (let offset = 3; offset < 22; offset += 1) {
    expect([inbox.peek()?.offset, offsetOfVerdict()]).toEqual([offset, offset]);
    inbox.shift();
  }
  expect(judged).toEqual(Array.from({ length: 22 }, (_, offset) => offset));
  push(10, 10);
  expect(offsetOfVerdict()).toBe(22);
  inbox.clear();
  push(10);
  expect(offsetOfVerdict()).toBe(24);
});

test('what is large is judged when its turn comes, and not before', () => {
  const { inbox, judged, push, offsetOfVerdict } = rig();
  push(10, 10, 1_000_000, 10);
  offsetOfVerdict();
  expect(judged).toEqual([0, 1]);
  inbox.shift();
  inbox.shift();
  offsetOfVerdict();
  expect(judged).toEqual([0, 1, 2]);
});

test('what was handed on is not kept, though the inbox never runs empty', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { inbox, push } = rig();
  push(10, 10);
  const first = new WeakRef(inbox.peek() as FetchedRecord);
  inbox.shift();
  push(10, 10);
  const isKept = (): boolean => {
    collect();
    return first.deref() !== undefined;
  };
  await expect.poll(isKept).toBe(false);
  expect(inbox.waiting).toBe(3);
});
