import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import type { Logger } from 'pino';
import { Delivery } from './delivery.ts';
import type { OwnedPartition } from './receive.ts';

/** Of a partition: about as many as begin together where calls end together. */
const MAX_RECORDS = 32;
/** Of a partition, as bytes of the records: what they are read into takes a multiple. */
const MAX_BYTES = 64 * 1024;
/** With more of them it is not known which comes next, and each keeps an answer of the broker. */
const MAX_PARTITIONS = 8;

/**
 * The next records of a few partitions, judged while all slots are taken and nobody asks for anything else: else that would
 * lie between the end of one call and the beginning of the next. What was judged is kept until its turn comes, and so is
 * not judged again.
 */
export class JudgedAhead {
  readonly #accept: Accept;
  readonly #log: Logger;
  readonly #judged = new Map<OwnedPartition, Delivery[]>();

  constructor(accept: Accept, log: Logger) {
    this.#accept = accept;
    this.#log = log;
  }

  /** Takes the delivery of a record whose turn has come; null where it was not judged. */
  take(partition: OwnedPartition, record: FetchedRecord): Delivery | null {
    if (this.#judged.size === 0) return null;
    const deliveries = this.#startingAt(partition, record);
    const delivery = deliveries.shift() ?? null;
    if (deliveries.length === 0) this.letGo(partition);
    return delivery;
  }

  /** Each would keep the broker's answer that its record came in. */
  letGo(partition: OwnedPartition): void {
    this.#judged.delete(partition);
  }

  /** Judges what is next of the partition, as far as it is not. */
  judge(partition: OwnedPartition): void {
    const next = partition.inbox.peek();
    if (next === null || partition.held !== null) return;
    const deliveries = this.#startingAt(partition, next);
    if (deliveries.length === 0 && this.#judged.size >= MAX_PARTITIONS) return;
    const nowMs = Date.now();
    let bytes = 0;
    for (let ahead = 0; ahead < MAX_RECORDS; ahead += 1) {
      const record = partition.inbox.peek(ahead);
      if (record === null || record.tooLarge !== null) break;
      bytes += record.sizeBytes;
      if (bytes > MAX_BYTES) break;
      if (ahead < deliveries.length) continue;
      const delivery = new Delivery(record, partition, nowMs, this.#log);
      delivery.judgeAhead(this.#accept);
      deliveries.push(delivery);
    }
    if (deliveries.length > 0) this.#judged.set(partition, deliveries);
  }

  /** Those from the record on. What is in front of it is thrown away: it went another way, behind its key to wait for it. */
  #startingAt(partition: OwnedPartition, record: FetchedRecord): Delivery[] {
    const deliveries = this.#judged.get(partition) ?? [];
    while (deliveries.length > 0 && deliveries[0]?.record !== record) deliveries.shift();
    if (deliveries.length === 0) this.letGo(partition);
    return deliveries;
  }
}
