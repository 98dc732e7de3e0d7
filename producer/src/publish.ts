import type { Sender } from '@event-pipeline/runtime/kafkajs/send.ts';
import { sleep } from '@event-pipeline/runtime/sleep.ts';
import { headerNames } from '@event-pipeline/schemas/header-names.ts';
import type { OutgoingRecord } from './make-records.ts';

/** What the publisher tells of, as it happens. */
export interface PublishListener {
  /** Kafka has acknowledged the record. */
  readonly onAcknowledged: (record: OutgoingRecord, partition: number) => void;
  readonly onSent: (outcome: SendOutcome) => void;
}

/** One request has been acknowledged, or has failed. */
export interface SendOutcome {
  /** Topic and partition. */
  readonly lane: string;
  readonly tookMs: number;
  /** Null where it was acknowledged. */
  readonly error: unknown;
  /** How many of this lane have failed in a row, this one included; 0 where it was acknowledged. */
  readonly failures: number;
}

export interface PublisherOptions {
  readonly sender: Pick<Sender, 'send'>;
  /** The partition of a topic that a key belongs to. */
  readonly partitionOf: (topic: string, key: Buffer) => number;
  readonly listener: PublishListener;
  /** 0 ≤ random() < 1. */
  readonly random: () => number;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** Gives up: what is not acknowledged by then is not sent again. */
  readonly giveUp: AbortSignal;
}

export interface Publisher {
  /** Takes records over; they are sent until Kafka acknowledges them, those of one partition in order. */
  readonly publish: (records: readonly OutgoingRecord[]) => void;
  /** Taken over and not yet acknowledged. */
  readonly unacknowledged: () => number;
}

interface Lane {
  readonly name: string;
  readonly topic: string;
  readonly partition: number;
  readonly waiting: OutgoingRecord[];
  running: boolean;
  failures: number;
}

const maxBatchRecords = 500;
const sendTimeoutMs = 10_000;
const firstRetryMs = 100;
const longestRetryMs = 5_000;

/**
 * Sends records with acks=all, a lane a partition: one request at a time, the next only after the last one's
 * acknowledgement, and a failed one again until it succeeds. So records of one key stay in order and none is skipped;
 * one whose acknowledgement was lost may stand twice.
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { sender, partitionOf, listener, random, nowMs, giveUp } = options;
  const lanes = new Map<string, Lane>();
  let unacknowledged = 0;

  const laneOf = (record: OutgoingRecord): Lane => {
    const partition = partitionOf(record.topic, record.key);
    const name = `${record.topic}/${partition}`;
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const lane: Lane = { name, topic: record.topic, partition, waiting: [], running: false, failures: 0 };
    lanes.set(name, lane);
    return lane;
  };

  const sendBatch = async (lane: Lane, batch: readonly OutgoingRecord[]): Promise<boolean> => {
    const { name, topic, partition } = lane;
    const startedMs = nowMs();
    let error: unknown = null;
    try {
      const messages = batch.map(messageOf);
      await sender.send({ topic, partition, messages, compression: 'none', timeoutMs: sendTimeoutMs });
    } catch (failure) {
      error = failure;
    }
    lane.failures = error === null ? 0 : lane.failures + 1;
    listener.onSent({ lane: name, tookMs: nowMs() - startedMs, error, failures: lane.failures });
    return error === null;
  };

  const run = async (lane: Lane): Promise<void> => {
    while (lane.waiting.length > 0 && !giveUp.aborted) {
      const batch = lane.waiting.slice(0, maxBatchRecords);
      if (!(await sendBatch(lane, batch))) {
        const ceilingMs = Math.min(firstRetryMs * 2 ** (lane.failures - 1), longestRetryMs);
        await sleep(ceilingMs * (0.5 + random() / 2), giveUp);
        continue;
      }
      lane.waiting.splice(0, batch.length);
      unacknowledged -= batch.length;
      for (const record of batch) listener.onAcknowledged(record, lane.partition);
    }
    lane.running = false;
  };

  return {
    publish: (records) => {
      unacknowledged += records.length;
      for (const record of records) laneOf(record).waiting.push(record);
      for (const lane of lanes.values()) {
        if (lane.running || lane.waiting.length === 0) continue;
        lane.running = true;
        void run(lane);
      }
    },
    unacknowledged: () => unacknowledged,
  };
}

function messageOf({ key, value, correlationId }: OutgoingRecord): {
  key: Buffer;
  value: Buffer | null;
  headers: Record<string, string>;
} {
  return { key, value, headers: { [headerNames.correlationId]: correlationId } };
}
