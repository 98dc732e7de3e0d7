/** Where a checkout keeps everything of its local Kafka; ignored by git. */
export declare const kafkaHome: string;

/** The jars of a distribution in one fixed order, as Java's `-cp` takes them. */
export declare const classpath: (folder: string) => Promise<string>;

export interface KafkaDistribution {
  readonly ok: true;
  /** Has `jars/` and `bootstrap.checkpoint`; class data archives are put here too. */
  readonly folder: string;
  /** The command that runs Java. */
  readonly java: string;
  readonly javaMajor: number;
}

/**
 * Makes sure that Apache Kafka's jars are here, fetching them with Maven the first time. Safe to run in several
 * processes at once. What is missing on the machine comes back as a problem, a message for people; rejects when aborted.
 */
export declare const fetchKafka: (options?: {
  onProgress?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}) => Promise<KafkaDistribution | { readonly ok: false; readonly problem: string }>;
