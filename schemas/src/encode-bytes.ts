import { decodeText } from './decode-text.ts';
import type { Encoding } from './letter.ts';

/** Bytes as JSON can hold them; `decodeBytes` gives the same bytes again. */
export function encodeBytes(bytes: Buffer | null): { text: string | null; encoding: Encoding } {
  if (bytes === null) return { text: null, encoding: null };
  const text = decodeText(bytes);
  return text === null ? { text: bytes.toString('base64'), encoding: 'base64' } : { text, encoding: 'utf8' };
}

/** The bytes; undefined where the pair is none that `encodeBytes` makes. */
export function decodeBytes(text: unknown, encoding: unknown): Buffer | null | undefined {
  if (text === null && encoding === null) return null;
  if (typeof text !== 'string' || (encoding !== 'utf8' && encoding !== 'base64')) return undefined;
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}
