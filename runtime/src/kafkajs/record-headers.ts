import { isUtf8 } from 'node:buffer';
import { OVERRUN, readVarint, type VarintCursor } from './varint.ts';

export interface RecordHeader {
  /**
   * UTF-8 text. A name that is not valid UTF-8 keeps its bytes: those below 0x80 stay characters, each other byte
   * b becomes the lone surrogate U+DC00 + b, which no valid UTF-8 decodes to, so that no two names meet and JSON
   * writes it as an escape.
   */
  readonly name: string;
  readonly value: Buffer | null;
}

/**
 * The headers of one record: an array, because an object would lose order and repeats and trip over names such as
 * `__proto__`. The bytes must have passed `skipHeaders`.
 * @param start - where the first header begins (behind their number)
 */
export function readHeaders(bytes: Buffer, start: number, count: number): RecordHeader[] {
  const headers: RecordHeader[] = [];
  visitHeaders(bytes, start, count, (_, nameStart, nameEnd, valueStart, valueEnd) => {
    const value = valueStart < 0 ? null : bytes.subarray(valueStart, valueEnd);
    headers.push({ name: textOf(bytes, nameStart, nameEnd), value });
  });
  return headers;
}

/** Where a header's name and value lie; a value of null from −1 to −1. */
export type HeaderVisitor = (
  bytes: Buffer,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
) => void;

/** Visits the headers in their order, without an object for each. The bytes must have passed `skipHeaders`. */
export function visitHeaders(bytes: Buffer, start: number, count: number, visit: HeaderVisitor): void {
  const cursor: VarintCursor = { at: start };
  for (let index = 0; index < count; index++) {
    const nameEnd = readVarint(bytes, cursor) + cursor.at;
    const nameStart = cursor.at;
    cursor.at = nameEnd;
    const length = readVarint(bytes, cursor);
    const valueStart = length < 0 ? -1 : cursor.at;
    if (length > 0) cursor.at += length;
    visit(bytes, nameStart, nameEnd, valueStart, length < 0 ? -1 : cursor.at);
  }
}

/**
 * The value of the first header of this name, where it is ASCII text: the ordinary case, without an object for each
 * header. The bytes must have passed `skipHeaders`.
 * @param name - ASCII
 * @returns null where there is no such header, or its value is null, empty or anything but ASCII
 */
export function asciiHeader(bytes: Buffer, start: number, count: number, name: string): string | null {
  const cursor: VarintCursor = { at: start };
  if (!seekHeader(bytes, cursor, count, name)) return null;
  const length = readVarint(bytes, cursor);
  return asciiText(bytes, cursor.at, cursor.at + length);
}

/** Whether there is a header of this name, as `asciiHeader` looks for it. */
export function hasHeader(bytes: Buffer, start: number, count: number, name: string): boolean {
  return seekHeader(bytes, { at: start }, count, name);
}

/** Moves the cursor to the value, its length first, of the first header of this name. @returns false where there is none. */
function seekHeader(bytes: Buffer, cursor: VarintCursor, count: number, name: string): boolean {
  for (let index = 0; index < count; index++) {
    const nameLength = readVarint(bytes, cursor);
    const found = nameLength === name.length && isAt(bytes, cursor.at, name);
    cursor.at += nameLength;
    if (found) return true;
    const length = readVarint(bytes, cursor);
    if (length > 0) cursor.at += length;
  }
  return false;
}

function isAt(bytes: Buffer, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function asciiText(bytes: Buffer, start: number, end: number): string | null {
  for (let at = start; at < end; at++) if ((bytes[at] as number) >= 0x80) return null;
  return start < end ? bytes.latin1Slice(start, end) : null;
}

/**
 * Moves the cursor behind `count` headers, or beyond `end` where their lengths make no sense. Checked when a
 * record is decoded, so that reading its headers later can't fail.
 */
export function skipHeaders(bytes: Buffer, cursor: VarintCursor, count: number, end: number): void {
  for (let index = 0; index < count; index++) {
    const nameLength = readVarint(bytes, cursor);
    if (nameLength < 0 || cursor.at >= end) {
      cursor.at = OVERRUN;
      return;
    }
    cursor.at += nameLength;
    const valueLength = readVarint(bytes, cursor);
    if (valueLength > 0) cursor.at += valueLength;
  }
}

function textOf(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) >= 0x80) return textBeyondAscii(bytes.subarray(start, end));
  }
  return bytes.latin1Slice(start, end);
}

function textBeyondAscii(name: Buffer): string {
  if (isUtf8(name)) return name.utf8Slice(0, name.length);
  return name
    .latin1Slice(0, name.length)
    .replaceAll(/[\x80-\xff]/g, (char) => String.fromCharCode(0xdc00 + char.charCodeAt(0)));
}
