import type { FailureCode, Stage } from './codes.ts';
import type { RecordHeader } from './record-header.ts';

/** How bytes stand in a letter: as text where UTF-8 loses no bit of them, else as base64; null where there are none. */
export type Encoding = 'utf8' | 'base64' | null;

export interface LetterHeader {
  readonly name: string;
  readonly value: string | null;
  readonly encoding: Encoding;
}

/** What a shrunk letter leaves out. With the source's topic, partition and offset it says what the record was. */
export interface Cut {
  /** Key + value + headers as the record had them. */
  readonly recordBytes: number;
  /** Of the value, the key, and the headers' bytes as in Kafka's record format; null where the part is not cut. */
  readonly value: Digest | null;
  readonly key: Digest | null;
  readonly headers: Digest | null;
  /** The letter's own fields whose text is cut; such a text ends with "…". */
  readonly fields: readonly string[];
}

export interface Digest {
  /** Hex. */
  readonly sha256: string;
  /** Null where the part was never held as a whole. */
  readonly bytes: number | null;
}

/** The record as it was. A part that is cut stands as null, headers as an empty list. */
export interface LetterOriginal {
  readonly value: string | null;
  readonly valueEncoding: Encoding;
  readonly key: string | null;
  readonly keyEncoding: Encoding;
  readonly headers: readonly LetterHeader[];
  /** Milliseconds since the epoch; −1 where the record had none. */
  readonly timestamp: number;
  /** Only in a shrunk letter. */
  readonly cut?: Cut;
}

/** The value of a dead letter: this, as one line of JSON, the fields in this order. A fact that does not exist is null. */
export interface Letter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  /** A sentence. */
  readonly error: string;
  /** ISO 8601, when the letter was written. */
  readonly timestamp: string;
  readonly stage: Stage;
  readonly code: FailureCode;
  readonly pointer: string | null;
  readonly schema: string | null;
  readonly attempts: number;
  /** ISO 8601. */
  readonly firstFailedAt: string;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly correlationId: string | null;
  readonly group: string;
  readonly original: LetterOriginal;
  /** Only in a letter that may lack some of the original: see `original.cut`. */
  readonly shrunk?: true;
}

/** What stands for the value of a record that was too large to be held. */
export interface NotKept {
  /** Key + value + headers. */
  readonly bytes: number;
  /** SHA-256 of the value, hex; null where the value is null. */
  readonly sha256: string | null;
  /** Where the key was not held either (`key` is null then). */
  readonly keySha256?: string | null;
  /** Where the headers were not held either (`headers` is empty then). */
  readonly headersSha256?: string | null;
}

export interface LetterFailure {
  readonly stage: Stage;
  readonly code: FailureCode;
  readonly reason: string;
  readonly pointer: string | null;
  readonly schema: string | null;
}

/** A record's parts where they lie in memory; one that is null lies from −1 to −1. */
export interface RecordInPlace {
  readonly buffer: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Visits the headers in their order. */
  visitHeaders(
    visit: (bytes: Buffer, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void,
  ): void;
}

/** All that a dead letter is written from. A `Refusal` can stand as the failure. */
export interface LetterFacts {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | NotKept | null;
  readonly headers: readonly RecordHeader[];
  /** The same three, to be read where they lie: no buffer is made for each. Null where they are not all there. */
  readonly inPlace: RecordInPlace | null;
  readonly timestampMs: number;
  readonly failure: LetterFailure;
  /** Attempts of the handler that were spent; 0 for a refusal. */
  readonly attempts: number;
  readonly firstFailedAtMs: number;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly correlationId: string | null;
  /** A valid one. */
  readonly traceparent: string | null;
  readonly group: string;
  /** The record's `redrive-count`, as it stands there. */
  readonly redriveCount: string | null;
  readonly nowMs: number;
}
