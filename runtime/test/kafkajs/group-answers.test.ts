import { expect, test } from 'vitest';
import { KafkaFaultError, makeFault } from '../../src/kafkajs/errors.ts';
import { isRefusal } from '../../src/kafkajs/group-answers.ts';

test.each([
  ['TOPIC_AUTHORIZATION_FAILED', false, true],
  ['OFFSET_METADATA_TOO_LARGE', false, false],
  ['NOT_COORDINATOR_FOR_GROUP', true, false],
  ['NETWORK', true, false],
  ['ILLEGAL_GENERATION', false, false],
  ['REBALANCE_IN_PROGRESS', false, false],
])('a commit that fails with %s (retriable: %s) is refused for good: %s', (type, retriable, refused) => {
  expect(isRefusal(new KafkaFaultError(makeFault(type, 'no', { retriable })))).toBe(refused);
});
