import { expect } from 'vitest';
import { createAccept, type Accepted } from '../src/accept.ts';
import { loadContract } from '../src/load-contract.ts';
import type { Refusal } from '../src/refusal.ts';

export const accept = createAccept(loadContract());

export const recordTimestampMs = Date.UTC(2026, 10, 5, 12, 30);

/** A valid user-created event; fields that are undefined are not there. */
export function userCreated(envelope: object = {}, payload: object = {}): Record<string, unknown> {
  return {
    eventId: 'e-1',
    eventType: 'user-created',
    eventVersion: '1.0',
    eventTime: '2026-11-05T12:00:00Z',
    payload: {
      user_id: 'u-1',
      username: 'Ada',
      email: 'ada@example.com',
      createdAt: '2026-11-05T11:59:59.5+01:00',
      ...payload,
    },
    ...envelope,
  };
}

/** The verdict on a value: bytes as they are, text in UTF-8, anything else as JSON. */
export function verdictOn(value: unknown, timestampMs: number = recordTimestampMs): Accepted | Refusal {
  if (value === null || Buffer.isBuffer(value)) return accept(value, timestampMs);
  return accept(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), timestampMs);
}

export function accepted(value: unknown, timestampMs?: number): Accepted {
  const verdict = verdictOn(value, timestampMs);
  if (verdict.kind !== 'accepted') expect.fail(`refused: ${verdict.reason}`);
  return verdict;
}

export function refused(value: unknown, timestampMs?: number): Refusal {
  const verdict = verdictOn(value, timestampMs);
  if (verdict.kind !== 'refusal') expect.fail('accepted');
  return verdict;
}
