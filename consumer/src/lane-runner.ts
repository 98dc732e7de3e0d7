import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Logger } from 'pino';
import { Delivery } from './delivery.ts';
import type { Arrival, Journey } from './journey.ts';
import type { JudgedAhead } from './judged-ahead.ts';
import { Lane } from './lane.ts';
import type { OwnedPartition } from './receive.ts';
import type { Room } from './room.ts';
import type { Settled } from './settled.ts';
import type { Stats, TopicStats } from './stats.ts';

type Later = Exclude<Arrival, Settled | null>;

export interface LaneRunnerOptions {
  readonly journey: Journey;
  readonly owns: (partition: OwnedPartition) => boolean;
  readonly settled: () => void;
  readonly room: Room;
  readonly judgedAhead: Pick<JudgedAhead, 'take'>;
  readonly stats: Stats;
  readonly log: Logger;
  /** A bug: what was thrown where nothing may throw. */
  readonly failed: (error: unknown) => void;
  /** The lane's last record is settled, and others wait in it. */
  readonly ready: (lane: Lane) => void;
  /** Something came to its end: a slot, a lane or room may be free. */
  readonly ended: () => void;
}

export interface LaneRunner {
  /** Begins a fresh record of a key with nothing pending. A lane is made only where its journey takes time. */
  start(partition: OwnedPartition, record: FetchedRecord, nowMs: number): void;
  /** Puts a record behind those of its key. */
  enqueue(lane: Lane, record: FetchedRecord): void;
  /** Begins the first record that waits in the lane. */
  next(lane: Lane): void;
  /** Settles what has ended and was put off. @returns whether there was any */
  settleEnded(): boolean;
  /** Records under way, over all lanes. */
  underWay(): number;
}

/** What a record under way takes beside its own bytes: its delivery, its lane, its place in the progress, its letter. */
const BESIDE_BYTES = 1024;

/** Sends records on their journeys, and settles them where these end well. */
export function createLaneRunner(options: LaneRunnerOptions): LaneRunner {
  const { journey, stats, room } = options;
  let underWay = 0;
  /** What has ended, but for letters and what others of its key wait for. The next calls begin first: they are waited for meanwhile. */
  const putOff: (() => void)[] = [];

  function start(partition: OwnedPartition, record: FetchedRecord, nowMs: number): void {
    const topic = stats.topic(partition.topic);
    topic.received += 1;
    const delivery =
      options.judgedAhead.take(partition, record) ?? new Delivery(record, partition, nowMs, options.log);
    const result = journey(delivery);
    if (isLater(result)) {
      partition.progress.begin(record.offset, record.timestamp);
      const lane = new Lane(record, partition);
      partition.lanes.add(lane);
      keep(partition, bytesOf(record));
      follow(lane, delivery, result);
    } else if (result !== null) {
      partition.progress.settleNext(record.offset, record.timestamp, result);
      count(topic, delivery, result, nowMs);
    }
  }

  function enqueue(lane: Lane, record: FetchedRecord): void {
    const { partition } = lane;
    // It may wait long: it must not keep a whole answer of the broker with it.
    record.detach();
    keep(partition, bytesOf(record));
    partition.progress.begin(record.offset, record.timestamp);
    lane.push(record);
  }

  function keep(partition: OwnedPartition, bytes: number): void {
    room.bytes += bytes;
    partition.laneBytes += bytes;
  }

  function next(lane: Lane): void {
    const record = lane.shift();
    stats.topic(lane.partition.topic).received += 1;
    const delivery = new Delivery(record, lane.partition, Date.now(), options.log);
    const result = journey(delivery);
    if (isLater(result)) follow(lane, delivery, result);
    else if (result !== null) finish(lane, delivery, result);
  }

  function follow(lane: Lane, delivery: Delivery, result: Later): void {
    underWay += 1;
    lane.isUnderWay = true;
    const { released, progress } = lane.partition;
    const end = (settled: Settled | null): void => {
      try {
        underWay -= 1;
        // Of a partition that was let go, nothing counts any more: its new owner has the record.
        if (settled !== null && !released.aborted) finish(lane, delivery, settled);
        else if (settled !== null && lane.partition.progress === progress)
          finishLate(lane, delivery, settled);
        else leave(lane);
        lane.tellOfEnd();
        options.ended();
      } catch (error) {
        options.failed(error);
      }
    };
    if (!(result instanceof Promise)) {
      result.whenEnded(end);
      return;
    }
    result.then((settled) => {
      // The next of its key may begin in its place.
      if (lane.waiting > 0) return end(settled);
      putOff.push(() => end(settled));
      options.ended();
    }, options.failed);
  }

  function settleEnded(): boolean {
    if (putOff.length === 0) return false;
    for (const end of putOff) end();
    putOff.length = 0;
    return true;
  }

  function finish(lane: Lane, delivery: Delivery, settled: Settled): void {
    const { partition } = lane;
    lane.rest();
    partition.progress.settle(delivery.offset, settled);
    keep(partition, -bytesOf(delivery.record));
    count(stats.topic(partition.topic), delivery, settled, Date.now());
    if (lane.waiting > 0) options.ready(lane);
    else partition.lanes.remove(lane);
    options.settled();
  }

  /** What ran is not settled: it was interrupted, or its log is not there any more. What waits behind it may be of the one that is. */
  function leave(lane: Lane): void {
    lane.rest();
    if (lane.waiting > 0) options.ready(lane);
    else lane.partition.lanes.remove(lane);
  }

  /** A stop lets what runs come to its end: it still settles, as long as the partition is this member's. */
  function finishLate(lane: Lane, delivery: Delivery, settled: Settled): void {
    lane.rest();
    if (!options.owns(lane.partition)) return;
    lane.partition.progress.settle(delivery.offset, settled);
    count(stats.topic(delivery.topic), delivery, settled, Date.now());
    options.settled();
  }

  /** `nowMs` may be as old as a slice: asking the clock for each record would cost more than it tells. */
  function count(topic: TopicStats, delivery: Delivery, settled: Settled, nowMs: number): void {
    if (settled.outcome === 'handled') {
      topic.handled += 1;
      if (delivery.typeStats !== null) delivery.typeStats.handled += 1;
      if (delivery.timestamp >= 0) stats.ageSec.observe(Math.max(0, nowMs - delivery.timestamp) / 1000);
    } else topic.deadLettered += 1;
    (delivery.source as OwnedPartition).lastProgressMs = nowMs;
  }

  return {
    start,
    enqueue,
    next,
    settleEnded,
    underWay: () => underWay,
  };
}

const bytesOf = (record: FetchedRecord): number => record.sizeBytes + BESIDE_BYTES;

function isLater(arrival: Arrival): arrival is Later {
  return arrival !== null && !('outcome' in arrival);
}
