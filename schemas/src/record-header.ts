/** A header of a Kafka record. Names may be repeated and may be empty; a value may be null. */
export interface RecordHeader {
  readonly name: string;
  readonly value: Buffer | null;
}
