import { createHash } from 'node:crypto';

/** Ids up to this many bytes go into a header as they are (encoded). */
const MAX_ID_BYTES = 1024;

const PRINTABLE_WITHOUT_PERCENT = /^(?! )[\x20-\x24\x26-\x7e]*(?<! )$/;

/**
 * The bytes of any string. What is UTF-8 comes as UTF-8; a lone surrogate, which JSON allows and UTF-8 does not, comes
 * as the three bytes of its code point (WTF-8), so that two different ids never look the same.
 */
function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    const lone = character.length === 1 && code >= 0xd800 && code <= 0xdfff;
    const bytes = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
    parts.push(lone ? Buffer.from(bytes) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** Percent-encodes all bytes outside 0x20–0x7E, `%` itself, and the blanks at both ends. */
function percentEncoded(bytes: Buffer): string {
  let start = 0;
  let end = bytes.length;
  while (start < end && bytes[start] === 0x20) start++;
  while (end > start && bytes[end - 1] === 0x20) end--;
  let encoded = '';
  for (const [at, byte] of bytes.entries()) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && at >= start && at < end;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** An event's id as the value of `idempotency-key`; over 1 KiB it is the SHA-256 of its bytes, in hex. */
export function idempotencyKey(eventId: string): string {
  if (eventId.length <= MAX_ID_BYTES && PRINTABLE_WITHOUT_PERCENT.test(eventId)) return eventId;
  const bytes = bytesOf(eventId);
  if (bytes.length > MAX_ID_BYTES) return createHash('sha256').update(bytes).digest('hex');
  return percentEncoded(bytes);
}

/** A correlation id as the value of a header; null where it is empty, or over 1 KiB, and left out. */
export function correlationHeader(correlationId: string): string | null {
  if (correlationId === '' || correlationId.length > MAX_ID_BYTES) return null;
  if (PRINTABLE_WITHOUT_PERCENT.test(correlationId)) return correlationId;
  const bytes = bytesOf(correlationId);
  return bytes.length > MAX_ID_BYTES ? null : percentEncoded(bytes);
}
