import type { Random } from './random.ts';

const LENGTH_BYTES = 4;
const CORRELATION_BYTES = 4;

/** Something else in the place of an answer, which is a frame with its length field. */
export function garble(frame: Buffer, random: Random): Buffer {
  return random.pick([otherBody, otherAll, cutShort, hugeLength, negativeLength])(frame, random);
}

/** The right request's number, then noise. */
const otherBody = (frame: Buffer, random: Random) =>
  noiseFrom(frame, LENGTH_BYTES + CORRELATION_BYTES, random);

/** The right length, then noise. */
const otherAll = (frame: Buffer, random: Random) => noiseFrom(frame, LENGTH_BYTES, random);

/** A frame that is whole by its length, and ends in the middle of what it says. */
function cutShort(frame: Buffer, random: Random): Buffer {
  const headEnd = LENGTH_BYTES + CORRELATION_BYTES;
  const kept = Buffer.from(frame.subarray(0, random.whole(headEnd, Math.max(headEnd, frame.length - 1))));
  kept.writeInt32BE(kept.length - LENGTH_BYTES);
  return kept;
}

/** A length that will never come. */
function hugeLength(frame: Buffer): Buffer {
  const changed = Buffer.from(frame);
  changed.writeInt32BE(2 ** 31 - 1);
  return changed;
}

function negativeLength(frame: Buffer): Buffer {
  const changed = Buffer.from(frame);
  changed.writeInt32BE(-1);
  return changed;
}

function noiseFrom(frame: Buffer, at: number, random: Random): Buffer {
  const changed = Buffer.from(frame);
  for (let byte = at; byte < changed.length; byte += 1) changed[byte] = random.whole(0, 255);
  return changed;
}
