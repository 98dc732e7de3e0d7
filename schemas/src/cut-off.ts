const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, and with two more `]` and `}`: the letters' bit of the case is what sets braces apart from brackets. */
const OPENING = 0x5b;
const CLOSING = 0x5d;
const CASE = 0x20;

/**
 * Whether the text ends within a string, an object or an array, as what is left of JSON does that was cut off. Then it is none;
 * else the parser knows.
 */
export function isCutOff(text: Uint8Array, start: number, end: number): boolean {
  let depth = 0;
  for (let at = start; at < end; at += 1) {
    const byte = text[at] as number;
    if (byte === QUOTE) {
      at = behindString(text, at + 1, end);
      if (at < 0) return true;
    } else if ((byte & ~CASE) === OPENING) depth += 1;
    else if ((byte & ~CASE) === CLOSING) depth -= 1;
  }
  return depth > 0;
}

/** @returns where the quote is that ends the string; −1 where there is none */
function behindString(text: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    const byte = text[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return -1;
}

/** How many endings there are. */
export const ENDINGS = 2 ** 16;

/**
 * A number below `ENDINGS` for how the text ends: its last two bytes, or the last and what lies in front of it. The values of
 * a topic end alike, as what writes them does; one that ends as none did before may have been cut off. To look for that costs
 * a sixth of the parser's error, which holds memory besides.
 */
export function endingOf(text: Uint8Array, end: number): number {
  const last = text[end - 1] as number;
  return end < 2 ? last : ((text[end - 2] as number) << 8) | last;
}
