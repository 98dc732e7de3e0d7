import { KafkaContainer } from '@testcontainers/kafka';
import { getContainerRuntimeClient, Wait } from 'testcontainers';

const image = 'confluentinc/cp-kafka:8.3.2';
const probeTimeoutMs = 10_000;
/** Covers fetching the image. */
const startTimeoutMs = 180_000;

const within = async <T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} took over ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Does a container engine answer? */
export const hasContainerEngine = async (): Promise<boolean> => {
  try {
    await within(getContainerRuntimeClient(), probeTimeoutMs, 'asking for a container engine');
    return true;
  } catch {
    return false;
  }
};

/** A Kafka in a container, with the settings of the local one. Rejects where the image cannot be had or run. */
export const startContainerKafka = async (): Promise<{ bootstrap: string; stop: () => Promise<void> }> => {
  const container = new KafkaContainer(image)
    .withEnvironment({
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    })
    // The module's own sign of readiness comes before the broker serves.
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(startTimeoutMs);
  const started = await within(container.start(), startTimeoutMs, `starting ${image}`);
  return {
    bootstrap: `${started.getHost()}:${started.getMappedPort(9093)}`,
    stop: async () => {
      await started.stop();
    },
  };
};
