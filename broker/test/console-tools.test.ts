import { expect, test } from 'vitest';
import { toolCommand } from '../src/console-tools.ts';
import { createTopic, kafkaTool, uniqueTopic } from './kafka.ts';

test("Kafka's own tools run against the Kafka of the tests", async () => {
  const topic = await createTopic(uniqueTopic('tools'), { partitions: 3, config: { 'retention.ms': '-1' } });
  const described = await kafkaTool('kafka-topics', ['--describe', '--topic', topic]);
  expect(described.ok).toBe(true);
  expect(described.output).toContain('PartitionCount: 3');
  expect(described.output).toContain('retention.ms=-1');
});

test('an unknown tool is answered with those that there are', async () => {
  const answer = await toolCommand('toString', []);
  expect(answer).toMatchObject({ ok: false });
  expect(answer).toHaveProperty('problem', expect.stringMatching(/"toString".*\n[^]*kafka-console-consumer/));
});
