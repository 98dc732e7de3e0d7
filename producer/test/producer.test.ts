import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createAccept } from '@event-pipeline/schemas/accept.ts';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { expect, onTestFinished, test } from 'vitest';
import { bootstrap } from '../../broker/test/kafka.ts';
import { producing, sentLines, type Producing } from './producing.ts';
import { readTopics, type ReadRecord } from './read-topics.ts';

const accept = createAccept(loadContract());

/** What this producer has written, among all that stands on the topics. */
async function writtenBy(producer: Producing): Promise<ReadRecord[]> {
  const own = new Set(sentLines(producer).map(({ correlationId }) => correlationId));
  return (await readTopics(bootstrap())).filter(({ correlationId }) => own.has(correlationId));
}

function ids(list: readonly { readonly correlationId?: string }[]): string[] {
  const all = list.map(({ correlationId }) => String(correlationId));
  return all.toSorted((one, other) => (one < other ? -1 : 1));
}

async function portOf(producer: Producing): Promise<number> {
  return (await producer.line('producer started')).port ?? 0;
}

test('of EVENT_COUNT events exactly so many are acknowledged and on the topics, poison included', async () => {
  const producer = producing({
    KAFKA_BOOTSTRAP_SERVERS: bootstrap(),
    EVENT_COUNT: '300',
    EVENTS_PER_SEC: '5000',
    INVALID_RATIO: '0.1',
  });
  expect(await producer.ended).toEqual({ code: 0, stderr: '' });
  const sent = sentLines(producer);
  expect(sent).toHaveLength(300);
  const records = await writtenBy(producer);
  expect(ids(records)).toEqual(ids(sent));

  const refused = records.filter(({ value }) => accept(value, 0).kind === 'refusal');
  expect(refused).toHaveLength(30);
  const poison = sent.filter(({ eventType }) => eventType === 'invalid');
  expect(ids(refused)).toEqual(ids(poison));
});

test('the lines say where a record lies, and a key is always on one partition', async () => {
  const producer = producing({
    KAFKA_BOOTSTRAP_SERVERS: bootstrap(),
    EVENT_COUNT: '200',
    EVENTS_PER_SEC: '5000',
  });
  expect(await producer.ended).toMatchObject({ code: 0 });
  const said = new Map(sentLines(producer).map((line) => [line.correlationId, line]));
  const partitionOf = new Map<string, number>();
  for (const { topic, partition, key, value, correlationId } of await writtenBy(producer)) {
    const { eventId } = JSON.parse(String(value)) as { eventId: string };
    expect(said.get(correlationId)).toMatchObject({ topic, partition, eventId });
    expect(partitionOf.get(`${topic}/${key}`) ?? partition).toBe(partition);
    partitionOf.set(`${topic}/${key}`, partition);
  }
  expect(new Set(partitionOf.values()).size).toBeGreaterThan(1);
});

test('SIGTERM at full speed: what is under way is acknowledged, nothing else is on the topics, exit 0', async () => {
  const producer = producing({ KAFKA_BOOTSTRAP_SERVERS: bootstrap(), EVENTS_PER_SEC: '2000', SEED: '77' });
  await producer.sent(500);
  producer.kill('SIGTERM');
  producer.kill('SIGTERM');
  expect(await producer.ended).toEqual({ code: 0, stderr: '' });
  expect(producer.lines.at(-1)?.msg).toBe('stopped');
  expect(producer.lines.filter(({ msg }) => msg === 'stopping')).toHaveLength(1);
  expect(ids(await writtenBy(producer))).toEqual(ids(sentLines(producer)));
});

test('health and metrics tell what was acknowledged, from the start', async () => {
  const producer = producing({
    KAFKA_BOOTSTRAP_SERVERS: bootstrap(),
    EVENTS_PER_SEC: '1000',
    INVALID_RATIO: '0.5',
  });
  const url = `http://localhost:${await portOf(producer)}`;
  await producer.sent(50);
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    expect.objectContaining({ ok: true, reason: null }),
  ]);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const eventType of ['file-added', 'file-removed', 'user-created', 'user-deleted', 'invalid']) {
    expect(metrics).toMatch(
      new RegExp(`^producer_events_sent_total\\{event_type="${eventType}"\\} \\d+$`, 'm'),
    );
  }
  expect(Number(/event_type="invalid"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThanOrEqual(20);
  expect(metrics).toMatch(/^producer_send_failures_total \d+$/m);
  expect(metrics).toMatch(/^producer_send_duration_seconds_count [1-9]\d*$/m);
  expect(metrics).toMatch(/^process_cpu_seconds_total /m);
});

test('wrong settings are all named on standard error, without a stack trace, exit 78', async () => {
  const { ended, lines } = producing({ EVENTS_PER_SEC: 'fast', EVENT_COUNT: '-1', LOG_LEVEL: '' });
  const { code, stderr } = await ended;
  expect(code).toBe(78);
  expect(stderr.trim().split('\n')).toEqual([
    "producer can't start: 3 settings are wrong",
    '  EVENTS_PER_SEC is "fast": it must be a decimal number above 0, at most 1000000',
    '  EVENT_COUNT is "-1": it must be a whole number of at least 0',
    '  LOG_LEVEL is "": it must be one of TRACE, DEBUG, INFO, WARN (or WARNING), ERROR, FATAL (in any case)',
  ]);
  expect(lines).toEqual([]);
});

test('a metrics port that is taken: one clear line, exit 1', async () => {
  const taken = createServer().listen(0);
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const producer = producing({ KAFKA_BOOTSTRAP_SERVERS: bootstrap(), METRICS_PORT: String(port) });
  expect(await producer.ended).toEqual({ code: 1, stderr: '' });
  expect(producer.lines).toEqual([
    expect.objectContaining({
      level: 'fatal',
      msg: expect.stringMatching(`port ${port} is taken.*METRICS_PORT`),
    }),
  ]);
});

test('LOG_LEVEL WARN leaves out the lines of events', async () => {
  const producer = producing({
    KAFKA_BOOTSTRAP_SERVERS: bootstrap(),
    EVENT_COUNT: '20',
    EVENTS_PER_SEC: '1000',
    LOG_LEVEL: 'warn',
  });
  expect(await producer.ended).toMatchObject({ code: 0 });
  expect(sentLines(producer)).toEqual([]);
});

test('EVENTS_PER_SEC is the pace: what sends one in 1,000 s has sent one when another has sent 300', async () => {
  const kafka = { KAFKA_BOOTSTRAP_SERVERS: bootstrap() };
  const slow = producing({ ...kafka, EVENTS_PER_SEC: '0.001' });
  await slow.sent(1);
  const fast = producing({ ...kafka, EVENTS_PER_SEC: '1000', EVENT_COUNT: '300' });
  expect(await fast.ended).toMatchObject({ code: 0 });
  slow.kill('SIGTERM');
  expect(await slow.ended).toMatchObject({ code: 0 });
  expect(sentLines(slow)).toHaveLength(1);
});

test('SEED fixes what is sent, whatever the process', async () => {
  const sentWith = async (seed: string) => {
    const settings = { EVENT_COUNT: '100', EVENTS_PER_SEC: '5000', INVALID_RATIO: '0.1', SEED: seed };
    const producer = producing({ KAFKA_BOOTSTRAP_SERVERS: bootstrap(), ...settings });
    expect(await producer.ended).toMatchObject({ code: 0 });
    // Acknowledgements of several partitions come in any order.
    return sentLines(producer)
      .map(({ eventType, topic, partition }) => `${eventType} ${topic}/${partition}`)
      .toSorted();
  };
  const [one, again, other] = await Promise.all([sentWith('7'), sentWith('7'), sentWith('8')]);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});
