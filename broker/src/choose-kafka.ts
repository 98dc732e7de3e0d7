import { startKafka } from './start-kafka.ts';

export interface ChosenKafka {
  /** `host:port`, comma-separated. */
  readonly bootstrap: string;
  /** One line: which Kafka this is, and why where it is not the first choice. */
  readonly description: string;
  /** Stops what was started for this; a Kafka that was there before goes on. */
  readonly stop: () => Promise<void>;
}

const inContainer = async (): Promise<ChosenKafka | { readonly reason: string }> => {
  // Loaded only here: it is large, and most runs have an address or no engine.
  const { hasContainerEngine, startContainerKafka } = await import('./container-kafka.ts');
  if (!(await hasContainerEngine())) return { reason: 'no container engine answers' };
  try {
    const { bootstrap, stop } = await startContainerKafka();
    return { bootstrap, stop, description: `Kafka for the tests: a container, ${bootstrap}` };
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { reason: `a container could not be had: ${line}` };
  }
};

/**
 * The Kafka that tests run on: the one that KAFKA_BOOTSTRAP_SERVERS names, else a container where an engine answers,
 * else a local process with a temporary data folder.
 *
 * @throws KafkaUnavailable where none of the three can be had.
 */
export const chooseKafka = async (
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<ChosenKafka> => {
  const address = env.KAFKA_BOOTSTRAP_SERVERS?.trim();
  if (address !== undefined && address !== '') {
    const description = `Kafka for the tests: ${address} (KAFKA_BOOTSTRAP_SERVERS)`;
    return { bootstrap: address, description, stop: () => Promise.resolve() };
  }
  const container = await inContainer();
  if ('bootstrap' in container) return container;
  const broker = await startKafka({ data: 'temporary', onProgress });
  return {
    bootstrap: broker.bootstrap,
    description: `Kafka for the tests: a local process, ${broker.bootstrap} (${container.reason})`,
    stop: broker.stop,
  };
};
