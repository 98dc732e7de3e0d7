import type { Sender } from '@event-pipeline/runtime/kafkajs/send.ts';
import { sleep } from '@event-pipeline/runtime/sleep.ts';
import { headerNames } from '@event-pipeline/schemas/header-names.ts';
import type { OutgoingRecord } from './make-records.ts';

/** What the publisher tells of, as it happens. */
export interface PublishListener {
  /** Kafka has acknowledged the record. */
  readonly onAcknowledged: (record: OutgoingRecord, partition: number) => void;
  readonly onSent: (outcome: SendOutcome) => void;
  /** The topic has another number of partitions; these lanes, as `SendOutcome` names them, are no more. */
  readonly onDealtAnew: (topic: string, partitions: number, lanes: readonly string[]) => void;
}

/** One request has been acknowledged, or has failed. */
export interface SendOutcome {
  /** Topic and partition. */
  readonly lane: string;
  readonly topic: string;
  readonly tookMs: number;
  /** Null where it was acknowledged. */
  readonly error: unknown;
  /** How many of this lane have failed in a row, this one included; 0 where it was acknowledged. */
  readonly failures: number;
}

export interface PublisherOptions {
  readonly sender: Pick<Sender, 'send'>;
  /** How many partitions a topic has now. */
  readonly partitionsOf: (topic: string) => number;
  /** Which one of so many a key belongs to. */
  readonly partitionForKey: (key: Buffer, partitions: number) => number;
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
 * one whose acknowledgement was lost may stand twice. When a topic gets another number of partitions (more, or it was
 * deleted and is there again), its lanes come to rest, and what waits in them is dealt anew.
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { sender, partitionsOf, partitionForKey, listener, random, nowMs, giveUp } = options;
  const lanes = new Map<string, Lane>();
  /** By topic: how many partitions its lanes were made for. */
  const counts = new Map<string, number>();
  let unacknowledged = 0;

  const countOf = (topic: string): number => {
    const count = counts.get(topic) ?? partitionsOf(topic);
    counts.set(topic, count);
    return count;
  };

  const isOutdated = (topic: string): boolean => countOf(topic) !== partitionsOf(topic);

  const laneOf = (record: OutgoingRecord): Lane => {
    const partition = partitionForKey(record.key, countOf(record.topic));
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
      await sender.send({
        topic,
        partition,
        messages,
        compression: 'none',
        timeoutMs: sendTimeoutMs,
        // The send itself may have learnt that the topic is another one, where these keys belong elsewhere.
        mayWrite: () => !isOutdated(topic),
      });
    } catch (failure) {
      error = failure;
    }
    if (error !== null && isOutdated(topic)) return false;
    lane.failures = error === null ? 0 : lane.failures + 1;
    listener.onSent({ lane: name, topic, tookMs: nowMs() - startedMs, error, failures: lane.failures });
    return error === null;
  };

  const run = async (lane: Lane): Promise<void> => {
    while (lane.waiting.length > 0 && !giveUp.aborted && !isOutdated(lane.topic)) {
      const batch = lane.waiting.slice(0, maxBatchRecords);
      if (!(await sendBatch(lane, batch))) {
        if (isOutdated(lane.topic)) break;
        const ceilingMs = Math.min(firstRetryMs * 2 ** (lane.failures - 1), longestRetryMs);
        await sleep(ceilingMs * (0.5 + random() / 2), giveUp);
        continue;
      }
      lane.waiting.splice(0, batch.length);
      unacknowledged -= batch.length;
      for (const record of batch) listener.onAcknowledged(record, lane.partition);
    }
    lane.running = false;
    if (isOutdated(lane.topic)) dealAnew(lane.topic);
    // One that came to rest beside it, where the number is again what it was.
    else if (!giveUp.aborted) start();
  };

  /** Once none of the topic's lanes sends: all records of a key wait in one of them, so they stay in order. */
  const dealAnew = (topic: string): void => {
    const old = [...lanes.values()].filter((lane) => lane.topic === topic);
    if (old.some(({ running }) => running)) return;
    for (const { name } of old) lanes.delete(name);
    counts.delete(topic);
    listener.onDealtAnew(
      topic,
      countOf(topic),
      old.map(({ name }) => name),
    );
    for (const record of old.flatMap(({ waiting }) => waiting)) laneOf(record).waiting.push(record);
    start();
  };

  const start = (): void => {
    for (const lane of lanes.values()) {
      if (lane.running || lane.waiting.length === 0) continue;
      lane.running = true;
      void run(lane);
    }
  };

  return {
    publish: (records) => {
      unacknowledged += records.length;
      for (const record of records) laneOf(record).waiting.push(record);
      start();
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
