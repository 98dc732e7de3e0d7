export interface NodeAddress {
  readonly nodeId: number;
  /** Where clients come to. */
  readonly port: number;
  /** Where the nodes agree on the cluster's metadata. */
  readonly controllerPort: number;
}

export interface ServerPropertiesInput {
  readonly node: NodeAddress;
  /** All nodes of the cluster, this one too: each is broker and controller. */
  readonly nodes: readonly NodeAddress[];
  /** Kafka's `log.dirs`. */
  readonly logFolder: string;
  /** Laid over the rest. */
  readonly overrides: Readonly<Record<string, string>>;
}

const internalTopics = (brokers: number): Record<string, string> => {
  const replicas = String(Math.min(3, brokers));
  const inSync = String(Math.min(2, brokers));
  return {
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    // The defaults of 50 each are for large clusters, and delay the first consumer here.
    'offsets.topic.num.partitions': '5',
    'transaction.state.log.num.partitions': '5',
    'share.coordinator.state.topic.num.partitions': '5',
  };
};

/** A node that was killed is let in again only when its old session has run out: by default 9 s, with nobody to take over. */
const quickReturn = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' };

/** A backslash begins an escape in a properties file. */
const escaped = (value: string): string => value.replaceAll('\\', '\\\\');

/** The settings of one node of a local cluster, as the text of Kafka's server.properties. */
export const serverProperties = ({ node, nodes, logFolder, overrides }: ServerPropertiesInput): string => {
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': String(node.nodeId),
    'controller.quorum.voters': nodes.map((one) => `${one.nodeId}@localhost:${one.controllerPort}`).join(','),
    listeners: `PLAINTEXT://localhost:${node.port},CONTROLLER://localhost:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://localhost:${node.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logFolder,
    'auto.create.topics.enable': 'false',
    'delete.topic.enable': 'true',
    'group.initial.rebalance.delay.ms': '0',
    // The default of 128 MB would be a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': String(8 * 1024 * 1024),
    ...internalTopics(nodes.length),
    ...(nodes.length === 1 ? quickReturn : {}),
    ...overrides,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escaped(value)}\n`)
    .join('');
};
