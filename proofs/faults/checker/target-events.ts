import type { TakenEvent } from './evidence.ts';

/** What can be compared of an event at the two ends. */
interface EventInLog {
  readonly eventId: string;
  /** Without a time of its own it is given one, and is not forwarded as it came. */
  readonly hasTime: boolean;
}

/** The event in a record's value; null where there is none. */
export function eventIn(value: Buffer | null): EventInLog | null {
  try {
    const { eventId, eventTime } = JSON.parse(String(value)) as { eventId?: unknown; eventTime?: unknown };
    return { eventId: String(eventId), hasTime: eventTime !== undefined };
  } catch {
    return null;
  }
}

/** By its id, when the target took an event for the first time. */
export function firstTakenUs(taken: readonly TakenEvent[]): Map<string, number> {
  const firstUs = new Map<string, number>();
  for (const { eventId, us } of taken) if (!firstUs.has(eventId)) firstUs.set(eventId, us);
  return firstUs;
}
