/** No Kafka can be had here, for a reason that a person can change. The message says all that is needed. */
export class KafkaUnavailable extends Error {
  override readonly name = 'KafkaUnavailable';
}
