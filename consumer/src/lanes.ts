import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Logger } from 'pino';
import { Delivery } from './delivery.ts';
import type { Journey } from './journey.ts';
import type { OwnedPartition, Room } from './receive.ts';
import type { Settled } from './settled.ts';
import type { Slots } from './slots.ts';
import type { Stats } from './stats.ts';

/** Topic + partition + key, while it has something under way: its records go one after another. */
export interface Lane {
  /** The key as text; null for a record without a key, which shares its lane with no other. */
  readonly key: string | null;
  readonly partition: OwnedPartition;
  readonly queue: FetchedRecord[];
}

export interface LanesOptions {
  readonly journey: Journey;
  readonly slots: Slots;
  readonly maxBatchSize: number;
  /** Whether anything may be begun now: the group's lease, the log's backlog. */
  readonly mayBegin: () => boolean;
  readonly settled: () => void;
  /** Room was made: partitions may ask for more. */
  readonly roomMade: () => void;
  readonly room: Room;
  readonly stats: Stats;
  readonly log: Logger;
  /** A bug: what was thrown where nothing may throw. */
  readonly failed: (error: unknown) => void;
}

export interface Lanes {
  /** Something may have become possible: records came, a partition is no longer held, the lease is back. */
  stir(): void;
  add(partition: OwnedPartition): void;
  remove(partition: OwnedPartition): void;
  /** Records under way: with a handler, in a backoff, before a gate, or with a letter that is not acknowledged. */
  underWay(): number;
}

/** The event loop must get its turn: heartbeats, answers, signals. */
const SLICE_MS = 8;

/**
 * Hands records on: partitions in turn, each at most MAX_BATCH_SIZE at a time; records of one key in their order, those
 * of different keys side by side. A lane exists only while something of its key is pending. A record whose journey ends
 * in the same tick never sees one.
 */
export function createLanes(options: LanesOptions): Lanes {
  const { journey, slots, stats, room } = options;
  const partitions = new Set<OwnedPartition>();
  const ready: Lane[] = [];
  /** Lanes of partitions that were let go while a handler ran: their keys stay locked until it has ended. */
  const orphans = new Map<string, Promise<unknown>>();
  /** The lanes with a record under way, and its end. */
  const under = new Map<Lane, Promise<void>>();
  let scheduled = false;
  let underWay = 0;

  function stir(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(pump);
  }

  function pump(): void {
    scheduled = false;
    const sliceEnds = performance.now() + SLICE_MS;
    try {
      while (options.mayBegin()) {
        if (!handOnReady() && !handOnArrived()) break;
        if (performance.now() < sliceEnds) continue;
        stir();
        break;
      }
    } catch (error) {
      options.failed(error);
    }
    options.roomMade();
  }

  /** The next record of a lane whose last one is settled. */
  function handOnReady(): boolean {
    for (let count = ready.length; count > 0; count -= 1) {
      const lane = ready.shift() as Lane;
      // A lane without records is one of a log that is not there any more.
      if (lane.partition.released.aborted || lane.queue.length === 0) continue;
      if (lane.partition.held !== null) {
        ready.push(lane);
        continue;
      }
      if (!slots.tryTake()) {
        ready.unshift(lane);
        return false;
      }
      runLane(lane);
      return true;
    }
    return false;
  }

  /** Up to MAX_BATCH_SIZE records of the partition whose turn it is. */
  function handOnArrived(): boolean {
    const now = Date.now();
    for (let count = partitions.size; count > 0; count -= 1) {
      const partition = nextInTurn();
      if (partition === null) return false;
      let handedOn = 0;
      while (handedOn < options.maxBatchSize && begin(partition, now)) handedOn += 1;
      if (handedOn > 0) {
        options.settled();
        return true;
      }
    }
    return false;
  }

  function nextInTurn(): OwnedPartition | null {
    const partition = partitions.values().next().value;
    if (partition === undefined) return null;
    partitions.delete(partition);
    partitions.add(partition);
    return partition;
  }

  /** Begins the partition's next record, or queues it in its lane. @returns false where it cannot. */
  function begin(partition: OwnedPartition, now: number): boolean {
    const record = partition.peek();
    if (record === null || partition.held !== null) return false;
    const { progress } = partition;
    if (progress.skipIfSettledEarlier(record.offset, record.timestamp)) {
      partition.shift();
      partition.reachEnd();
      return true;
    }
    if (progress.tracked > 0 && !progress.fits(underWay)) return false;
    const key = partition.lanes.size === 0 && orphans.size === 0 ? null : record.keyText;
    const lane = key === null ? undefined : (partition.lanes.get(key) ?? orphanLane(partition, key));
    if (lane === undefined && !slots.tryTake()) return false;
    partition.shift();
    partition.uncommitted.began(record.timestamp);
    if (lane === undefined) start(partition, record, now);
    else {
      keep(partition, record);
      progress.begin(record.offset, record.timestamp);
      lane.queue.push(record);
    }
    partition.reachEnd();
    return true;
  }

  /** A fresh record of a key with nothing pending. */
  function start(partition: OwnedPartition, record: FetchedRecord, now: number): void {
    stats.topic(partition.topic).received += 1;
    const delivery = new Delivery(record, partition, now, options.log);
    const result = journey(delivery);
    if (result instanceof Promise) {
      partition.progress.begin(record.offset, record.timestamp);
      const lane: Lane = { key: record.keyText, partition, queue: [] };
      if (lane.key !== null) partition.lanes.set(lane.key, lane);
      room.bytes += record.sizeBytes;
      partition.laneBytes += record.sizeBytes;
      follow(lane, delivery, result);
    } else if (result !== null) {
      partition.progress.settleNext(record.offset, record.timestamp, result);
      count(delivery, result, now);
    }
  }

  function runLane(lane: Lane): void {
    const record = lane.queue.shift() as FetchedRecord;
    stats.topic(lane.partition.topic).received += 1;
    const delivery = new Delivery(record, lane.partition, Date.now(), options.log);
    const result = journey(delivery);
    if (result instanceof Promise) follow(lane, delivery, result);
    else if (result !== null) finish(lane, delivery, result);
  }

  function follow(lane: Lane, delivery: Delivery, result: Promise<Settled | null>): void {
    underWay += 1;
    const { released, progress } = lane.partition;
    const ended = result.then((settled) => {
      underWay -= 1;
      // Of a partition that was let go, nothing counts any more: its new owner has the record.
      if (settled !== null && !released.aborted) finish(lane, delivery, settled);
      else if (settled !== null && lane.partition.progress === progress) finishLate(lane, delivery, settled);
      else under.delete(lane);
      stir();
    });
    ended.catch(options.failed);
    if (lane.key !== null) under.set(lane, ended);
  }

  function finish(lane: Lane, delivery: Delivery, settled: Settled): void {
    const { partition } = lane;
    under.delete(lane);
    partition.progress.settle(delivery.offset, settled);
    partition.laneBytes -= delivery.record.sizeBytes;
    room.bytes -= delivery.record.sizeBytes;
    count(delivery, settled, Date.now());
    if (lane.queue.length > 0) ready.push(lane);
    else if (lane.key !== null) partition.lanes.delete(lane.key);
    options.settled();
  }

  /** A stop lets what runs come to its end: it still settles, as long as the partition is this member's. */
  function finishLate(lane: Lane, delivery: Delivery, settled: Settled): void {
    under.delete(lane);
    if (!partitions.has(lane.partition)) return;
    lane.partition.progress.settle(delivery.offset, settled);
    count(delivery, settled, Date.now());
    options.settled();
  }

  /** A key whose handler of an earlier tenure still runs: its records wait for it. */
  function orphanLane(partition: OwnedPartition, key: string): Lane | undefined {
    if (orphans.size === 0) return undefined;
    const ending = orphans.get(`${partition.name}/${key}`);
    if (ending === undefined) return undefined;
    const lane: Lane = { key, partition, queue: [] };
    partition.lanes.set(key, lane);
    const go = () => {
      if (lane.queue.length > 0) ready.push(lane);
      else partition.lanes.delete(key);
      stir();
    };
    ending.then(go, go);
    return lane;
  }

  function keep(partition: OwnedPartition, record: FetchedRecord): void {
    record.detach();
    partition.laneBytes += record.sizeBytes;
    room.bytes += record.sizeBytes;
  }

  /** `nowMs` may be as old as a slice: asking the clock for each record would cost more than it tells. */
  function count(delivery: Delivery, settled: Settled, nowMs: number): void {
    const topic = stats.topic(delivery.topic);
    if (settled.outcome === 'handled') {
      topic.handled += 1;
      stats.eventType(delivery.facts?.eventType ?? '').handled += 1;
      if (delivery.timestamp >= 0) stats.ageSec.observe(Math.max(0, nowMs - delivery.timestamp) / 1000);
    } else topic.deadLettered += 1;
    (delivery.source as OwnedPartition).lastProgressMs = nowMs;
  }

  function remove(partition: OwnedPartition): void {
    partitions.delete(partition);
    for (const lane of partition.lanes.values()) {
      const ending = under.get(lane);
      if (ending === undefined) continue;
      const name = `${partition.name}/${lane.key}`;
      const unlock = () => {
        if (orphans.get(name) === ending) orphans.delete(name);
      };
      orphans.set(name, ending);
      ending.then(unlock, unlock);
      under.delete(lane);
    }
  }

  return {
    stir,
    add: (partition) => void partitions.add(partition),
    remove,
    underWay: () => underWay,
  };
}
