// What JSON.stringify would escape: the two characters with a meaning, control characters, surrogates (lone ones are
// escaped; telling them from pairs is left to JSON.stringify). And what is escaped below.
// oxlint-disable-next-line no-control-regex
const needsEscape = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/;

/**
 * The JSON text of a string: harmless in a terminal, and without a line's end for whatever reads lines. JSON lets
 * DEL, the C1 controls (among them CSI, which begins escape sequences) and Unicode's line separators stand as they are; here
 * they are escaped, which means the same. @throws RangeError where the text does not fit into a string
 */
export function jsonText(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  return escapeMore(JSON.stringify(text));
}

function escapeMore(json: string): string {
  return json.replaceAll(/[\u007f-\u009f\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
