import { randomUUID } from 'node:crypto';
import type { Faker } from '@faker-js/faker';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import { createWorld, type World } from './entities.ts';
import { type EventBody, poisonKinds } from './poison.ts';
import type { Sample } from './sample.ts';

/** A record to be sent, and what is said of it. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: Buffer;
  readonly value: Buffer | null;
  /** The event's type; `invalid` for poison. */
  readonly kind: string;
  readonly eventId: string;
  readonly correlationId: string;
}

/** The `event_type` that poison is counted under. */
export const poisonKind = 'invalid';

export interface RecordMakerOptions {
  readonly faker: Faker;
  readonly samples: Readonly<Record<string, Sample>>;
  /** The share of poison, 0 to 1. */
  readonly invalidRatio: number;
  readonly accept: Accept;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/**
 * Makes up records, one a call. Of any n in a row that begin at the first, n × `invalidRatio` are poison, rounded. All choices are `faker`'s;
 * times are now and ids of events always new. Throws where an own sample does not keep to the schemas: a bug.
 */
export function createRecordMaker(options: RecordMakerOptions): () => OutgoingRecord {
  const { faker, samples, invalidRatio, accept, clock } = options;
  const world = createWorld(faker);
  // Poison has entities of its own: an event must not refer to one whose creation was never accepted.
  const poisonWorld = createWorld(faker);
  const spoilers = faker.helpers.shuffle(Object.values(poisonKinds));
  let poisonDue = 0.5;
  let poisoned = 0;

  return () => {
    const now = clock();
    poisonDue += invalidRatio;
    if (poisonDue < 1) {
      const { record, body } = drawRecord(faker, samples, world, now);
      const value = Buffer.from(JSON.stringify(body));
      const verdict = accept(value, now);
      if (verdict.kind === 'refusal') {
        throw new Error(`the sample of ${body.eventType} breaks its schema: ${verdict.reason}`);
      }
      return { ...record, kind: body.eventType, value };
    }
    poisonDue -= 1;
    const spoil = spoilers[poisoned % spoilers.length];
    poisoned += 1;
    const { record, body } = drawRecord(faker, samples, poisonWorld, now);
    return { ...record, kind: poisonKind, value: spoil?.(body) ?? null };
  };
}

function drawRecord(
  faker: Faker,
  samples: Readonly<Record<string, Sample>>,
  world: World,
  nowMs: number,
): { record: Omit<OutgoingRecord, 'kind' | 'value'>; body: EventBody } {
  const now = new Date(nowMs).toISOString();
  let candidates = Object.entries(samples);
  while (candidates.length > 0) {
    const [eventType, sample] = faker.helpers.arrayElement(candidates);
    const drawn = sample.draw({ faker, world, now });
    if (drawn !== null) {
      const eventId = randomUUID();
      const { eventVersion, topic } = sample;
      const body = { eventId, eventType, eventVersion, eventTime: now, payload: drawn.payload };
      return { record: { topic, key: Buffer.from(drawn.key), eventId, correlationId: randomUUID() }, body };
    }
    candidates = candidates.filter(([other]) => other !== eventType);
  }
  throw new Error('no sample could draw an event');
}
