import { readFileSync } from 'node:fs';
import { createAccept } from '@event-pipeline/schemas/accept.ts';
import { stagesByCode } from '@event-pipeline/schemas/codes.ts';
import { writeLetter } from '@event-pipeline/schemas/dead-letter.ts';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { expect, test } from 'vitest';
import { verdictOf } from '../consumer/src/forward-answer.ts';
import { settingsTable as consumerSettings } from '../consumer/src/settings.ts';
import { settingsTable as producerSettings } from '../producer/src/settings.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const sectionOf = (heading: string): string => readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** The first two cells of each row of the one table under a heading, without their backticks. */
function rows(heading: string): string[][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
  return cells.map((line) =>
    line
      .split('|')
      .slice(1, 3)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

const inCode = (table: object) =>
  (Object.values(table) as { variable: string; default: string | null }[]).map((setting) => [
    setting.variable,
    setting.default ?? '–',
  ]);

test('the tables of settings say what the code says', () => {
  expect(rows('Settings of the consumer')).toEqual(inCode(consumerSettings));
  expect(rows('Settings of the producer')).toEqual(inCode(producerSettings));
});

test('the table of codes says what the code says', () => {
  expect(rows('Dead letters')).toEqual(
    Object.entries(stagesByCode).map(([code, stages]) => [code, stages.join(', ')]),
  );
});

test('the letter that is shown is the one that is written', () => {
  const shown: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(sectionOf('Dead letters'))?.[1] ?? '');
  const payload = { username: 'u', email: 'u@example.org', createdAt: '2026-01-01T12:00:00Z' };
  const envelope = { eventId: 'e-1', eventType: 'user-created', eventVersion: '1.0', payload };
  const timestampMs = Date.UTC(2026, 0, 1, 12);
  const failure = createAccept(loadContract())(Buffer.from(JSON.stringify(envelope)), timestampMs);
  if (failure.kind !== 'refusal') throw new Error('a user without user_id was accepted');
  const { value } = writeLetter({
    topic: 'kafka-topics2',
    partition: 4,
    offset: 17,
    key: Buffer.from('u-1'),
    value: Buffer.from('{…}'),
    headers: [{ name: 'correlation-id', value: Buffer.from('c-1') }],
    inPlace: null,
    timestampMs,
    failure,
    attempts: 0,
    firstFailedAtMs: timestampMs + 200,
    eventId: failure.eventId,
    eventType: failure.eventType,
    correlationId: 'c-1',
    traceparent: null,
    group: 'kafka-group',
    redriveCount: null,
    nowMs: timestampMs + 250,
  });
  expect(JSON.stringify(shown)).toBe(String(value));
});

test('the table of metrics names those of the services, and no others', () => {
  const names = ['../consumer/src/metrics.ts', '../producer/src/metrics.ts'].flatMap((file) => {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8');
    return [...source.matchAll(/'((?:kafka_consumer|consumer|producer)_[a-z_]+)'/g)].map(([, name]) => name);
  });
  expect(names.length).toBeGreaterThan(20);
  expect(new Set(rows('Metrics').map(([name]) => name))).toEqual(new Set(names));
});

test('the table of answers says what the code makes of them', () => {
  const told = rows('Forwarding').flatMap(([answers = '', is = '']) => {
    const statuses = answers.replace('2xx', '200, 201, 204').replace('3xx', '301, 302, 307').match(/\d{3}/g);
    return (statuses ?? []).map((status) => ({ status: Number(status), is }));
  });
  expect(told.length).toBeGreaterThan(20);
  for (const { status, is } of told) {
    const verdict = verdictOf({ kind: 'answer', status, retryAfter: undefined });
    const words = { failed: 'a failed attempt' }[verdict as string] ?? verdict;
    expect(is.split(/[:;,]/)[0], `${status}`).toBe(words);
  }
});
