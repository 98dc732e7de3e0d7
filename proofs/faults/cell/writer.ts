import { setTimeout as pause } from 'node:timers/promises';
import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import kafkajs from 'kafkajs';
import type { WrittenRecord } from '../checker/evidence.ts';
import { nowUs } from '../preload/ledger-line.ts';
import { fingerprint } from '../fingerprint.ts';
import { stockClient } from './kafka-client.ts';
import { makeRecord, type MadeRecord, type RecordMix } from './make-record.ts';
import type { Random } from './random.ts';

/** Writes to the cell's topics until it is ended, and knows of each record what became of it. */
export interface Writer {
  readonly written: readonly WrittenRecord[];
  /** Takes down what another one has written. */
  note(topic: string, record: MadeRecord, status: WrittenRecord['status']): void;
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
}

const TICK_MS = 50;

/** Starts writing; a send that fails makes its records `unknown`, and the next tick goes on. */
export async function startWriter(options: WriterOptions): Promise<Writer> {
  const { topics, random } = options;
  const producer = stockClient(options.bootstrap, 'writer').producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const written: WrittenRecord[] = [];
  const perTick = Math.max(1, Math.round((options.recordsPerSec * TICK_MS) / 1_000));
  let paused = false;
  const ended = new AbortController();
  let count = 0;

  async function send(topic: string, records: readonly MadeRecord[]): Promise<void> {
    const messages = records.map(({ key, value, headers }) => ({
      key,
      value,
      headers: { ...headers },
      partition:
        key === null ? random.whole(0, options.partitions - 1) : partitionForKey(key, options.partitions),
    }));
    // A stock kafkajs resolves a send although it has left partitions out [28]: only those it speaks of are written.
    const answered = await producer.send({ topic, messages, acks: -1 }).catch(() => []);
    const acknowledged = new Set(answered.map(({ partition }) => partition));
    for (const [at, record] of records.entries()) {
      note(topic, record, acknowledged.has(messages[at]?.partition ?? -1) ? 'ok' : 'unknown');
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
          makeRecord(`${topic}-${(count += 1)}`, options, random),
        );
        await send(topic, records);
      }
      await tick;
    }
  }

  const running = run();
  return {
    written,
    note,
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
