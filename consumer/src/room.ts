/** What all partitions together have in memory of records that were fetched and are not settled. */
export interface Room {
  bytes: number;
  /** Of these, of records that are not handed on yet. */
  waitingBytes: number;
  /** Not all that could be handed on was, in this turn of the event loop: work goes on in the next. */
  isBusy: boolean;
}

export const emptyRoom = (): Room => ({ bytes: 0, waitingBytes: 0, isBusy: false });

/** With more a partition asks for nothing: so memory is bounded, and nothing is fetched twice. */
export const INBOX_MAX_BYTES = 768 * 1024;
/** Beyond these, too. */
export const LANES_MAX_BYTES = 16 * 1024 * 1024;
export const TRACKED_MAX = 20_000;
const MAX_BYTES = 24 * 1024 * 1024;
/**
 * Who reads further ahead of work that never ends gains no speed by it, and what waits longer is copied by the garbage
 * collector. It can't be all that bounds: what waits may be of partitions that are held.
 */
const AHEAD_MAX_BYTES = 2 * 1024 * 1024;

/** Whether more may be asked for. */
export function hasRoom({ bytes, waitingBytes, isBusy }: Room): boolean {
  return bytes < MAX_BYTES && !(isBusy && waitingBytes >= AHEAD_MAX_BYTES);
}

/** Whether what waits is soon worked off: it may be of one partition, and that one asks for more from here on. */
export function isLow({ waitingBytes }: Room): boolean {
  return waitingBytes < INBOX_MAX_BYTES;
}
