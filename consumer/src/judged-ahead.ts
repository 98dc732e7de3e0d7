import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import type { Logger } from 'pino';
import { Delivery } from './delivery.ts';
import type { OwnedPartition } from './receive.ts';

/** About as many as begin together where calls end together. */
const MAX_RECORDS = 32;
/** What a record is read into takes a multiple of its bytes. */
const MAX_BYTES = 64 * 1024;

/**
 * The next records of one partition, judged while all slots are taken and nothing else is to be done: else that would lie
 * between the end of one call and the beginning of the next.
 */
export class JudgedAhead {
  readonly #accept: Accept;
  readonly #log: Logger;
  #deliveries: Delivery[] = [];

  constructor(accept: Accept, log: Logger) {
    this.#accept = accept;
    this.#log = log;
  }

  /** Takes the delivery of a record whose turn has come; null where it was not judged. */
  take(partition: OwnedPartition, record: FetchedRecord): Delivery | null {
    return this.#isFirst(partition, record) ? (this.#deliveries.shift() ?? null) : null;
  }

  /** Each would keep the broker's answer that its record came in. */
  letGo(): void {
    this.#deliveries = [];
  }

  /** Judges what is next of the partition, as far as it is not. What was judged of another is let go. */
  judge(partition: OwnedPartition): void {
    const next = partition.inbox.peek();
    if (next === null || !this.#isFirst(partition, next)) this.letGo();
    const nowMs = Date.now();
    let bytes = 0;
    for (let ahead = 0; ahead < MAX_RECORDS; ahead += 1) {
      const record = partition.inbox.peek(ahead);
      if (record === null || record.tooLarge !== null) return;
      bytes += record.sizeBytes;
      if (bytes > MAX_BYTES) return;
      if (ahead < this.#deliveries.length) continue;
      const delivery = new Delivery(record, partition, nowMs, this.#log);
      delivery.judgeAhead(this.#accept);
      this.#deliveries.push(delivery);
    }
  }

  /** What is in front of the record is thrown away: it went another way, behind its key to wait for it. */
  #isFirst(partition: OwnedPartition, record: FetchedRecord): boolean {
    for (let first = this.#deliveries[0]; first !== undefined; first = this.#deliveries[0]) {
      if (first.record === record) return true;
      if (first.source !== partition) return false;
      this.#deliveries.shift();
    }
    return false;
  }
}
