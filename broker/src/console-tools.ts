import { classpath, fetchKafka } from './kafka-distribution.mjs';

/** Kafka's console tools, by the names that its distribution gives them. */
export const toolClasses: Readonly<Record<string, string>> = {
  'kafka-acls': 'org.apache.kafka.tools.AclCommand',
  'kafka-broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  'kafka-cluster': 'org.apache.kafka.tools.ClusterTool',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-consumer-perf-test': 'org.apache.kafka.tools.ConsumerPerformance',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-dump-log': 'org.apache.kafka.tools.DumpLogSegments',
  'kafka-features': 'org.apache.kafka.tools.FeatureCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-groups': 'org.apache.kafka.tools.GroupsCommand',
  'kafka-leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-metadata-quorum': 'org.apache.kafka.tools.MetadataQuorumCommand',
  'kafka-producer-perf-test': 'org.apache.kafka.tools.ProducerPerformance',
  'kafka-reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'kafka-storage': 'kafka.tools.StorageTool',
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-transactions': 'org.apache.kafka.tools.TransactionsCommand',
  'kafka-verifiable-consumer': 'org.apache.kafka.tools.VerifiableConsumer',
  'kafka-verifiable-producer': 'org.apache.kafka.tools.VerifiableProducer',
};

/** What the tools write at WARN and above goes to standard error; their results go to standard output. */
const javaOptions = [
  '-Xmx256m',
  '-XX:TieredStopAtLevel=1',
  '-Djava.awt.headless=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

export type ToolCommand =
  | { readonly ok: true; readonly command: string; readonly args: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/**
 * The command that runs one of Kafka's console tools with these arguments; Kafka is fetched where it is not here yet.
 * An unknown tool, or a machine without Java, is a problem in words for people.
 */
export const toolCommand = async (
  name: string,
  args: readonly string[],
  onProgress?: (line: string) => void,
): Promise<ToolCommand> => {
  // Also by the name that it has in Apache's own download.
  const className = Object.hasOwn(toolClasses, name.replace(/\.sh$/, ''))
    ? toolClasses[name.replace(/\.sh$/, '')]
    : undefined;
  if (className === undefined) {
    const known = Object.keys(toolClasses).join('\n  ');
    return { ok: false, problem: `No Kafka tool is called "${name}". There are:\n  ${known}` };
  }
  const distribution = await fetchKafka({ onProgress });
  if (!distribution.ok) return distribution;
  const classes = await classpath(distribution.folder);
  return { ok: true, command: distribution.java, args: [...javaOptions, '-cp', classes, className, ...args] };
};
