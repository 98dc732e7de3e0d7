import kafkajs from 'kafkajs';

/** kafkajs as it comes, without the project's own code: what writes and looks must not share its faults. */
export function stockClient(bootstrap: string, clientId: string): InstanceType<typeof kafkajs.Kafka> {
  return new kafkajs.Kafka({
    clientId,
    brokers: bootstrap.split(','),
    connectionTimeout: 5_000,
    requestTimeout: 10_000,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 3, initialRetryTime: 200, maxRetryTime: 1_000 },
  });
}
