/**
 * Metadata as the broker gives it.
 *
 * Without this, one partition without a leader, or one topic that is gone, makes the whole answer an error: the leaders of all other
 * partitions are never learnt, and a deleted topic poisons everyone who shares the cluster object (#1622). And a question about no topic in
 * particular is sent as one about every topic of the cluster.
 */
import type { Broker, WireMetadata } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

/** From this version on, an empty list of topics means none, and null all. */
const EMPTY_MEANS_NONE_SINCE = 4;

type Parts = Pick<Internals, 'Broker' | 'apiKeys' | 'requests' | 'Encoder'>;

/** Replaces metadata on kafkajs's Broker: the error codes of topics and partitions are left in the answer for the reader. */
export function fixMetadata({ Broker, apiKeys, requests, Encoder }: Parts): void {
  Broker.prototype.metadata = async function metadata(this: Broker, topics: string[] = []) {
    const create = this.lookupRequest(apiKeys.Metadata, requests.Metadata);
    const { request, response } = create({ topics, allowAutoTopicCreation: this.allowAutoTopicCreation });
    if (topics.length === 0 && request.apiVersion >= EMPTY_MEANS_NONE_SINCE) {
      request.encode = async () => new Encoder().writeArray([]).writeBoolean(false);
    }
    const answer = await this.connectionPool.send({
      request,
      response: { decode: response.decode, parse: async (decoded) => decoded },
    });
    return answer as WireMetadata;
  };
}
