/** What the writer, the target and the checks agree on: all of a record follows from its number, 0, 1, 2 … */

export const RECORDS_PER_SEC = 2_000;
export const PARTITIONS = 6;

/** How long the target takes for each answer. */
export const HANDLING_MS = 2;

const time = '2026-01-01T00:00:00Z';
const EVENT_ID = 'soak-';

/** How a record must end. One in a hundred is poison, and one in five thousand fails for ever: both must be letters. */
export function mustEnd(number: number): 'handled' | 'letter' {
  return isPoison(number) || failsForEver(number) ? 'letter' : 'handled';
}

const isPoison = (number: number) => number % 100 === 7;
export const failsForEver = (number: number) => number % 5_000 === 1_234;
export const failsOnce = (number: number) => number % 250 === 42;

/** A record as it is written. One key in ten never comes again, so that whatever is kept for a key would add up. */
export function recordOf(number: number) {
  const key = number % 10 === 0 ? `once-${number}` : `key-${number % 1_000}`;
  return {
    key,
    value: isPoison(number) ? '{"eventId":' : valueOf(number, key),
    headers: { number: `${number}` },
  };
}

function valueOf(number: number, userId: string): string {
  return JSON.stringify({
    eventId: `${EVENT_ID}${number}`,
    eventType: 'user-deleted',
    eventVersion: '1.0',
    eventTime: time,
    payload: { userId, deletedAt: time },
  });
}

/** The number of the record with this event id. */
export const numberOf = (eventId: string): number => Number(eventId.slice(EVENT_ID.length));
