import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import path from 'node:path';
import kafkajs from 'kafkajs';
import { expect, onTestFinished, test } from 'vitest';
import type { BrokerNode } from '../src/broker-node.ts';
import { KafkaUnavailable } from '../src/kafka-unavailable.ts';
import { startKafka } from '../src/start-kafka.ts';
import type { StartKafkaOptions } from '../src/start-kafka.ts';
import { temporaryFolder } from './temporary-folder.ts';

const started = async (options: StartKafkaOptions): Promise<BrokerNode> => {
  const broker = await startKafka(options);
  onTestFinished(() => broker.stop());
  return broker;
};

const client = (broker: BrokerNode) =>
  new kafkajs.Kafka({ brokers: [broker.bootstrap], logLevel: kafkajs.logLevel.NOTHING });

const writeRecord = async (broker: BrokerNode, topic: string, value: string): Promise<void> => {
  const admin = client(broker).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic }] });
  await admin.disconnect();
  const producer = client(broker).producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [{ value }] });
  await producer.disconnect();
};

const readFirstRecord = async (broker: BrokerNode, topic: string): Promise<string | undefined> => {
  const consumer = client(broker).consumer({ groupId: 'reader' });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const first = Promise.withResolvers<string | undefined>();
  await consumer.run({
    eachMessage: ({ message }) => {
      first.resolve(message.value?.toString());
      return Promise.resolve();
    },
  });
  const value = await first.promise;
  await consumer.disconnect();
  return value;
};

const takenPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
};

test('a temporary broker takes a topic and a record, and leaves nothing when it stops', async () => {
  const broker = await started({ data: 'temporary' });
  await writeRecord(broker, 'letters', 'hello');
  expect(await readFirstRecord(broker, 'letters')).toBe('hello');
  expect(existsSync(broker.logFile)).toBe(true);
  await broker.stop();
  expect(existsSync(path.dirname(broker.logFile))).toBe(false);
  expect(() => process.kill(broker.pid, 0)).toThrow('ESRCH');
});

test('a kept folder keeps records over a stop', async () => {
  const data = { folder: await temporaryFolder() };
  const before = await started({ data });
  await writeRecord(before, 'letters', 'kept');
  await before.stop();
  const after = await started({ data });
  expect(await readFirstRecord(after, 'letters')).toBe('kept');
});

test('where its port is taken it listens on a free one', async () => {
  const port = await takenPort();
  const broker = await started({ data: 'temporary', port });
  expect(broker.port).not.toBe(port);
  await writeRecord(broker, 'letters', 'hello');
});

test('a folder that is in use is refused, with the address of the broker that uses it', async () => {
  const data = { folder: await temporaryFolder() };
  const first = await started({ data });
  const second = startKafka({ data });
  await expect(second).rejects.toThrow(KafkaUnavailable);
  await expect(second).rejects.toThrow(`KAFKA_BOOTSTRAP_SERVERS=${first.bootstrap}`);
});

test('a broker that cannot start says what Kafka said', async () => {
  const start = startKafka({ data: 'temporary', properties: { 'log.retention.ms': 'long' } });
  await expect(start).rejects.toThrow(/Kafka ended while it started[^]*log\.retention\.ms/);
});

test('an abort ends a start', async () => {
  const abort = new AbortController();
  const lines: string[] = [];
  const onProgress = (line: string) => {
    lines.push(line);
    if (line.startsWith('Starting')) abort.abort(new Error('no longer wanted'));
  };
  await expect(startKafka({ data: 'temporary', onProgress, signal: abort.signal })).rejects.toThrow(
    /wanted|abort/,
  );
  expect(lines).toContain('Starting Apache Kafka');
});
