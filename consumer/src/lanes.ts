import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import { JudgedAhead } from './judged-ahead.ts';
import { Lane } from './lane.ts';
import { createLaneRunner, type LaneRunnerOptions } from './lane-runner.ts';
import { LineOfPartitions } from './line-of-partitions.ts';
import { LockedKeys } from './locked-keys.ts';
import { ReadyLanes } from './ready-lanes.ts';
import type { OwnedPartition } from './receive.ts';
import { isLow } from './room.ts';
import type { Slots } from './slots.ts';
import { oncePerTurn } from './turns.ts';

/** For so long work may keep the event loop in a turn: heartbeats, answers and signals must get theirs. */
const SLICE_MS = 4;

export interface LanesOptions extends Omit<LaneRunnerOptions, 'owns' | 'ready' | 'ended' | 'judgedAhead'> {
  readonly accept: Accept;
  readonly slots: Slots;
  readonly maxBatchSize: number;
  /** Whether anything may be begun now: the group's lease, the log's backlog. */
  readonly mayBegin: () => boolean;
  /** Records wait, and none of them can be begun before something ends. */
  readonly blocked: () => void;
  /** Room was made: partitions may ask for more. */
  readonly roomMade: () => void;
}

export interface Lanes {
  /** The partition has records that came, or is no longer held. */
  arrived(partition: OwnedPartition): void;
  /** Something may have become possible: the lease is back, say. */
  stir(): void;
  /** A slot was given back: the next may begin. */
  slotFreed(): void;
  /** What has ended is settled behind what begins in its place; now, where that must not be waited for. */
  settleEnded(): void;
  add(partition: OwnedPartition): void;
  remove(partition: OwnedPartition): void;
  /** Records under way: with a handler, in a backoff, before a gate, or with a letter that is not acknowledged. */
  underWay(): number;
}

/**
 * Hands records on: partitions in turn, each at most MAX_BATCH_SIZE at a time; records of one key in their order, those
 * of different keys side by side. A lane exists only while something of its key is pending. A record whose journey ends
 * in the same tick never sees one.
 */
export function createLanes(options: LanesOptions): Lanes {
  const { slots, room } = options;
  const partitions = new Set<OwnedPartition>();
  const inTurn = new LineOfPartitions();
  const ready = new ReadyLanes(slots);
  const lockedKeys = new LockedKeys();
  const judgedAhead = new JudgedAhead(options.accept, options.log);
  const runner = createLaneRunner({
    ...options,
    owns: (partition) => partitions.has(partition),
    judgedAhead,
    ready: (lane) => ready.add(lane),
    ended: stirFromOutside,
  });
  const turns = oncePerTurn(pump);
  let isPumping = false;

  function pump(): void {
    const sliceEndsMs = performance.now() + SLICE_MS;
    const hadMuch = !isLow(room);
    room.isBusy = false;
    isPumping = true;
    try {
      while (!room.isBusy && options.mayBegin()) {
        if (!handOnReady() && !handOnArrived() && !runner.settleEnded()) break;
        // Before the last of it the next request must go out, or there is nothing to do until its answer comes.
        room.isBusy = performance.now() >= sliceEndsMs || (hadMuch && isLow(room));
      }
      runner.settleEnded();
    } catch (error) {
      // The record in hand is in no list any more: whatever went on behind it would be committed past it.
      for (const partition of partitions) partition.release();
      options.failed(error);
    } finally {
      isPumping = false;
    }
    options.roomMade();
    if (room.isBusy) turns.ask();
    else if (inTurn.length > 0) {
      options.blocked();
      if (!slots.free) turns.ifIdle(judgeAhead);
    }
  }

  function judgeAhead(): void {
    if (inTurn.first !== null) judgedAhead.judge(inTurn.first);
  }

  /** Within the pump there is no need: it goes on anyway, and more is to be asked for before its next turn. */
  function stirFromOutside(): void {
    if (!isPumping) turns.ask();
  }

  /** The next record of a lane whose last one is settled. */
  function handOnReady(): boolean {
    const lane = ready.next();
    if (lane !== null) runner.next(lane);
    return lane !== null;
  }

  /** Up to MAX_BATCH_SIZE records of the partition whose turn it is. */
  function handOnArrived(): boolean {
    const now = Date.now();
    for (let count = inTurn.length; count > 0; count -= 1) {
      const partition = inTurn.next();
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

  /** Begins the partition's next record, or queues it in its lane. @returns false where it cannot. */
  function begin(partition: OwnedPartition, now: number): boolean {
    const record = partition.inbox.peek();
    if (record === null || partition.held !== null) return false;
    // No lane of its key can have come up since: those behind it have not begun.
    if (record.offset === partition.slotNeededAt && !slots.free) return false;
    const { progress } = partition;
    if (progress.skipIfSettledEarlier(record.offset, record.timestamp)) {
      partition.shift();
      partition.reachEnd();
      return true;
    }
    if (progress.tracked > 0 && !progress.fits(record.offset)) return false;
    const lane =
      partition.lanes.of(record) ?? (lockedKeys.size === 0 ? undefined : laneOfLockedKey(partition, record));
    partition.slotNeededAt = lane === undefined ? record.offset : -1;
    if (lane === undefined && !slots.tryTake()) return false;
    partition.shift();
    partition.uncommitted.began(record.timestamp);
    if (lane === undefined) runner.start(partition, record, now);
    else runner.enqueue(lane, record);
    partition.reachEnd();
    return true;
  }

  /** A key whose handler of an earlier tenure still runs: its records wait for it. */
  function laneOfLockedKey(partition: OwnedPartition, record: FetchedRecord): Lane | undefined {
    const key = record.keyText;
    if (key === null) return undefined;
    const ending = lockedKeys.endingOf(partition.name, key);
    if (ending === undefined) return undefined;
    const lane = new Lane(record, partition);
    partition.lanes.add(lane);
    const go = () => {
      if (lane.waiting > 0) ready.add(lane);
      else partition.lanes.remove(lane);
      turns.ask();
    };
    ending.then(go, go);
    return lane;
  }

  function add(partition: OwnedPartition): void {
    partitions.add(partition);
    inTurn.add(partition);
  }

  function arrived(partition: OwnedPartition): void {
    if (partitions.has(partition)) inTurn.add(partition);
    turns.ask();
  }

  function remove(partition: OwnedPartition): void {
    partitions.delete(partition);
    inTurn.remove(partition);
    judgedAhead.letGo(partition);
    for (const lane of partition.lanes.values()) {
      const ending = lane.ending();
      if (ending === undefined) continue;
      const key = lane.record.keyText;
      if (key === null) continue;
      lockedKeys.lock(partition.name, key, ending);
      lane.isUnderWay = false;
    }
  }

  return {
    stir: turns.ask,
    slotFreed: stirFromOutside,
    settleEnded: runner.settleEnded,
    add,
    arrived,
    remove,
    underWay: runner.underWay,
  };
}
