import { setTimeout as pause } from 'node:timers/promises';
import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import kafkajs from 'kafkajs';
import type { WrittenRecord } from '../checker/evidence.ts';
import { nowUs } from '../preload/ledger-line.ts';
import { fingerprint } from '../fingerprint.ts';
import { stockClient } from './kafka-client.ts';
import { makeRecord, type MadeRecord, type RecordMix } from './make-record.ts';
import type { Random } from './random.ts';

/** A record as it must be in the log. */
export interface PlacedRecord extends Pick<MadeRecord, 'key' | 'value' | 'headers'> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
}

/** Writes to the cell's topics until it is ended, and knows of each record what became of it. */
export interface Writer {
  readonly written: readonly WrittenRecord[];
  /** Those that were acknowledged, with their places. */
  readonly placed: readonly PlacedRecord[];
  /** Takes down what another one has written. */
  note(topic: string, record: MadeRecord, status: WrittenRecord['status']): void;
  /** From now on, this share is poison; 0 to 1. */
  setPoisonRatio(ratio: number): void;
  /** From now on, each topic has so many partitions. */
  setPartitions(count: number): void;
  pause(): void;
  resume(): void;
  /** Ends, with the last answer; bounded by the client's own time-outs. */
  end(): Promise<void>;
}

export interface WriterOptions extends RecordMix {
  readonly bootstrap: string;
  readonly topics: readonly string[];
  /** Of each topic. */
  readonly partitions: number;
  readonly recordsPerSec: number;
  readonly random: Random;
  /** Changes a record after it was made up; as it is. */
  readonly shape?: ((record: MadeRecord, random: Random) => MadeRecord) | undefined;
}

const TICK_MS = 50;

/** Starts writing; a send that fails makes its records `unknown`, and the next tick goes on. */
export async function startWriter(options: WriterOptions): Promise<Writer> {
  const { topics, random, shape = (record: MadeRecord) => record } = options;
  const producer = stockClient(options.bootstrap, 'writer').producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const written: WrittenRecord[] = [];
  const placed: PlacedRecord[] = [];
  let { partitions, poisonRatio } = options;
  const perTick = Math.max(1, Math.round((options.recordsPerSec * TICK_MS) / 1_000));
  let paused = false;
  const ended = new AbortController();
  let count = 0;

  async function send(topic: string, records: readonly MadeRecord[]): Promise<void> {
    const messages = records.map(({ key, value, headers }) => ({
      key,
      value,
      headers: { ...headers },
      timestamp: String(Date.now()),
      partition: key === null ? random.whole(0, partitions - 1) : partitionForKey(key, partitions),
    }));
    // A stock kafkajs resolves a send although it has left partitions out (#1303): only those it speaks of are written.
    const answered = await producer.send({ topic, messages, acks: -1 }).catch(() => []);
    const next = new Map(answered.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]));
    for (const [at, record] of records.entries()) {
      const { partition, timestamp } = messages[at] as (typeof messages)[number];
      const offset = next.get(partition);
      note(topic, record, offset === undefined ? 'unknown' : 'ok');
      if (offset === undefined) continue;
      next.set(partition, offset + 1);
      const { key, value, headers } = record;
      placed.push({ topic, partition, offset, key, value, headers, timestampMs: Number(timestamp) });
    }
  }

  function note(topic: string, { id, poison, value }: MadeRecord, status: WrittenRecord['status']): void {
    written.push({ id, topic, status, poison, fingerprint: fingerprint(value), us: nowUs() });
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      const tick = pause(TICK_MS);
      if (!paused) {
        const topic = random.pick(topics);
        const records = Array.from({ length: perTick }, () =>
          shape(makeRecord(`${topic}-${(count += 1)}`, { ...options, poisonRatio }, random), random),
        );
        await send(topic, records);
      }
      await tick;
    }
  }

  const running = run();
  return {
    written,
    placed,
    note,
    setPoisonRatio: (ratio) => {
      poisonRatio = ratio;
    },
    setPartitions: (more) => {
      partitions = more;
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    end: async () => {
      ended.abort();
      await running;
      await producer.disconnect();
    },
  };
}
