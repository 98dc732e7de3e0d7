import { bootstrap, createTopic, kafkaClient, uniqueTopic } from '../../broker/test/kafka.ts';

/** A valid event with this id, of the user of that name. */
export const userDeleted = (eventId: string, userId = 'u'): Buffer =>
  Buffer.from(
    JSON.stringify({
      eventId,
      eventType: 'user-deleted',
      eventVersion: '1.0',
      eventTime: '2026-01-01T00:00:00Z',
      payload: { userId, deletedAt: '2026-01-01T00:00:00Z' },
    }),
  );

export interface Writing {
  readonly partition?: number;
  readonly key: string | null;
  readonly value: Buffer | null;
}

/** Writes records to a topic, in their order; the partition is 0 unless it is named. */
export async function write(topic: string, records: readonly Writing[]): Promise<void> {
  const producer = kafkaClient().producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  for (let from = 0; from < records.length; from += 2_000) {
    await producer.send({ topic, acks: -1, messages: records.slice(from, from + 2_000) });
  }
  await producer.disconnect();
}

/** A topic with these records, and settings of a consumer that reads it in a group of its own. */
export async function written(records: readonly Writing[], partitions = 1) {
  const topic = await createTopic(uniqueTopic('events'), { partitions });
  await write(topic, records);
  return {
    KAFKA_BOOTSTRAP_SERVERS: bootstrap(),
    KAFKA_TOPICS: topic,
    DLQ_TOPIC: uniqueTopic('letters'),
    CONSUMER_GROUP_ID: uniqueTopic('group'),
  };
}
