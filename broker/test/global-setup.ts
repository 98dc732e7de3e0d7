import type { TestProject } from 'vitest/node';
import { chooseKafka } from '../src/choose-kafka.ts';
import { KafkaUnavailable } from '../src/kafka-unavailable.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port`, comma-separated. */
    kafkaBootstrap: string;
  }
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** One Kafka for the whole run; see `kafka.ts` for how a test gets at it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const kafka = await chooseKafka(process.env, say);
    say(kafka.description);
    project.provide('kafkaBootstrap', kafka.bootstrap);
    return kafka.stop;
  } catch (error) {
    // For people: the message alone.
    if (error instanceof KafkaUnavailable) throw new Error(error.message, { cause: error });
    throw error;
  }
}
