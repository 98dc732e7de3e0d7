import { KafkaFaultError, makeFault } from './errors.ts';
import { internals } from './internals.ts';
import type { Broker } from './internal-types.ts';
import {
  decodeTopicFacts,
  encodeMetadataRequest,
  METADATA_VERSION_WITH_IDS,
  type TopicFacts,
} from './metadata-ids.ts';

/** `KafkaBroker.topicFacts`, by a version of Metadata that kafkajs does not have. */
export async function topicFacts(
  broker: Broker,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicFacts> | null> {
  const apiKey = internals.apiKeys.Metadata;
  // It is connecting anew: of what it can nothing is known, which must not pass for a broker that is old.
  if (broker.versions === null)
    throw new KafkaFaultError(makeFault('NETWORK', 'not connected yet', { retriable: true, network: true }));
  if ((broker.versions[apiKey]?.maxVersion ?? 0) < METADATA_VERSION_WITH_IDS) return null;
  const answer = await broker.connectionPool.send({
    request: {
      apiKey,
      apiVersion: METADATA_VERSION_WITH_IDS,
      apiName: 'Metadata',
      encode: async () => new internals.Encoder().writeBuffer(encodeMetadataRequest(topics)),
    },
    response: {
      decode: async (raw) => ({ clientSideThrottleTime: 0, topics: decodeTopicFacts(raw) }),
      parse: async (decoded) => decoded,
    },
  });
  return (answer as { topics: Map<string, TopicFacts> }).topics;
}
