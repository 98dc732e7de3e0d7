import { headerNames } from './header-names.ts';
import type { RecordHeader } from './record-header.ts';

// W3C Trace Context, "traceparent header": version, trace id, parent id and flags in lower-case hex. What version 00 is
// followed by is wrong; a later version may be followed by a dash and more. All zeros are no id, ff is no version.
const form =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?<more>-[\x21-\x7e]*)?$/;
const formLength = 55;
// No version that exists is longer than the form; this leaves room for one that is, and none for a flood.
const maxLength = 512;

/** The record's first `traceparent` that is a valid one, as text; null where there is none. */
export function validTraceparent(headers: readonly RecordHeader[]): string | null {
  for (const { name, value } of headers) {
    if (name !== headerNames.traceparent || value === null) continue;
    if (value.length < formLength || value.length > maxLength) continue;
    const text = value.latin1Slice(0, value.length);
    const match = form.exec(text);
    if (match !== null && (match.groups?.['more'] === undefined || !text.startsWith('00'))) return text;
  }
  return null;
}
