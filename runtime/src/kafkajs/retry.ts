/** So long after a failure Kafka is tried again, by whoever has to go on trying. */
export const RETRY_MS = 500;
