// What JSON.stringify would escape: the two characters with a meaning, control characters, surrogates (lone ones are
// escaped; telling them from pairs is left to JSON.stringify). And what is escaped below.
// oxlint-disable-next-line no-control-regex
const needsEscape = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/;

/**
 * The JSON text of a string, or null: harmless in a terminal, and without a line's end for whatever reads lines. JSON lets
 * DEL, the C1 controls (among them CSI, which begins escape sequences) and Unicode's line separators stand as they are; here
 * they are escaped, which means the same. @throws RangeError where the text does not fit into a string
 */
export function jsonText(text: string | null): string {
  if (text === null) return 'null';
  if (!needsEscape.test(text)) return `"${text}"`;
  return escapeMore(JSON.stringify(text));
}

/** The same for a text that is ASCII; only DEL is left to be escaped then, and looking for one character is cheap. */
export function jsonAscii(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  return json.includes('\u007f') ? escapeMore(json) : json;
}

function escapeMore(json: string): string {
  return json.replaceAll(/[\u007f-\u009f\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const MAX_KEPT = 256;
const KEPT_MAX_CHARS = 256;

/** `jsonText` for texts that come again and again: what it gave is kept, of a bounded number of short ones. */
export function createRepeatedTexts(): (text: string | null) => string {
  const kept = new Map<string, string>();
  return (text) => {
    if (text === null) return 'null';
    let json = kept.get(text);
    if (json !== undefined) return json;
    json = jsonText(text);
    if (text.length > KEPT_MAX_CHARS) return json;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(text, json);
    return json;
  };
}
