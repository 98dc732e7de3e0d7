/** Length, correlation, throttle time: what stands before the error in an answer of version 2 or later. */
const ERROR_AT = 12;
const GENERATION_BYTES = 4;

/** Whether the answer to a JoinGroup, of versions 2 to 5, lets its member lead the group; null where it tells of an error. */
export function leadsGroup(frame: Buffer): boolean | null {
  if (frame.readInt16BE(ERROR_AT) !== 0) return null;
  let at = ERROR_AT + 2 + GENERATION_BYTES;
  const [, leader, member] = Array.from({ length: 3 }, () => {
    const from = at + 2;
    at = from + frame.readInt16BE(at);
    return frame.toString('utf8', from, at);
  });
  return leader === member;
}
