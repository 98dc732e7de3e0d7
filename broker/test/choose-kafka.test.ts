import { expect, test } from 'vitest';
import { chooseKafka } from '../src/choose-kafka.ts';
import { bootstrap, withAdmin } from './kafka.ts';

test('KAFKA_BOOTSTRAP_SERVERS comes before all else, and is not stopped', async () => {
  const lines: string[] = [];
  const kafka = await chooseKafka({ KAFKA_BOOTSTRAP_SERVERS: ` ${bootstrap()} ` }, (line) =>
    lines.push(line),
  );
  expect(kafka.bootstrap).toBe(bootstrap());
  expect(kafka.description).toBe(`Kafka for the tests: ${bootstrap()} (KAFKA_BOOTSTRAP_SERVERS)`);
  await kafka.stop();
  expect(lines).toEqual([]);
  expect(await withAdmin((admin) => admin.describeCluster())).toHaveProperty('brokers');
});
