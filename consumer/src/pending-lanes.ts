import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Lane } from './lane.ts';

/** A power of two. A partition has no more than some 1,500 records under way: settled-ranges.ts. */
const MARKS = 2_048;
/** Keys that are numbered differ at their end. */
const MARKED_BYTES = 8;

/**
 * The lanes of a partition that have something under way or waiting, by key. While there is one, each record is looked up
 * here: most are told apart by a mark that their key's last bytes leave, without the key as a text.
 */
export class PendingLanes {
  readonly #byKey = new Map<string, Lane>();
  /** How many lanes have the mark; made for those who need it. */
  #marks: Uint16Array | null = null;

  values(): Iterable<Lane> {
    return this.#byKey.values();
  }

  /** The lane that the record has to wait in; undefined where nothing of its key is pending. */
  of(record: FetchedRecord): Lane | undefined {
    if (this.#byKey.size === 0 || this.#marks === null) return undefined;
    if (this.#marks[markOfBytes(record.buffer, record.keyStart, record.keyEnd)] === 0) return undefined;
    const key = record.keyText;
    return key === null ? undefined : this.#byKey.get(key);
  }

  /** A lane without a key is nobody's but its record's: it is not kept. There must be none of its key. */
  add(lane: Lane): void {
    if (lane.key === null) return;
    this.#byKey.set(lane.key, lane);
    this.#marks ??= new Uint16Array(MARKS);
    (this.#marks[markOfText(lane.key)] as number) += 1;
  }

  /** Nothing is pending in the lane any more. Where another has taken its place, that one stays. */
  remove(lane: Lane): void {
    if (lane.key === null || this.#byKey.get(lane.key) !== lane) return;
    this.#byKey.delete(lane.key);
    if (this.#marks !== null) (this.#marks[markOfText(lane.key)] as number) -= 1;
  }
}

/** FNV-1a, by its published constants. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** No key, with both ends at −1, leaves the mark of an empty one. */
function markOfBytes(bytes: Buffer, start: number, end: number): number {
  let hash = FNV_OFFSET ^ (end - start);
  for (let at = Math.max(start, end - MARKED_BYTES); at < end; at += 1)
    hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  return (hash ^ (hash >>> 15)) & (MARKS - 1);
}

/** The same of a key's text, which has a character for each byte. */
function markOfText(key: string): number {
  let hash = FNV_OFFSET ^ key.length;
  for (let at = Math.max(0, key.length - MARKED_BYTES); at < key.length; at += 1)
    hash = Math.imul(hash ^ key.charCodeAt(at), FNV_PRIME);
  return (hash ^ (hash >>> 15)) & (MARKS - 1);
}
