import { sleep } from '../sleep.ts';
import type { KafkaCluster } from './cluster.ts';
import type { Contact } from './contact.ts';
import { RETRY_MS } from './retry.ts';

export interface ConnectedClusters {
  /** The cluster in use, connected or not. */
  now(): KafkaCluster;
  connected(): boolean;
  /** Connects if that is needed, and learns the layout of `topics`. Throws what kafkajs throws. */
  connect(topics: readonly string[]): Promise<void>;
  /** Learns the layout anew; where that fails too, tries new ones until one connects, or the stop. Does not throw. */
  relearn(failed?: KafkaCluster): Promise<void>;
  close(): void;
}

/**
 * A kafkajs cluster that is replaced when it is beyond repair. A Cluster keeps addresses, sockets and half-read answers
 * of brokers that are gone, and its own recovery has been seen to end in a silent stall (#1550, #1570, #1630); a new one begins at
 * the bootstrap servers.
 */
export function connectedClusters(options: {
  readonly create: () => KafkaCluster;
  /** Hears of each connection that failed while one is needed, for as long as it takes; and that a layout was asked for in vain. */
  readonly contact: Pick<Contact, 'failed' | 'tried'>;
  readonly stopping: AbortSignal;
}): ConnectedClusters {
  const { create, contact, stopping } = options;
  let current = create();
  let isConnected = false;
  let topicsAsked: readonly string[] = [];
  let relearning: Promise<void> | null = null;

  async function connect(topics: readonly string[]): Promise<void> {
    topicsAsked = topics;
    if (isConnected) return;
    const cluster = current;
    try {
      await cluster.connect();
      await cluster.addTargetTopics([...topics]);
      isConnected = true;
    } catch (error) {
      discard(cluster);
      throw error;
    }
  }

  function discard(cluster: KafkaCluster): void {
    void cluster.disconnect().catch(() => undefined);
    current = create();
    isConnected = false;
  }

  async function relearn(failed: KafkaCluster = current): Promise<void> {
    if (failed === current)
      relearning ??= relearnOnce().finally(() => {
        relearning = null;
      });
    // Who comes with one that is replaced already waits for its successor all the same: before that, no layout is known.
    await relearning;
  }

  async function relearnOnce(): Promise<void> {
    try {
      if (isConnected) await current.refreshMetadata();
    } catch {
      // Of the group this says nothing: one broker's connection was cut, say, while another answers its beats.
      contact.tried();
      await replace();
    }
  }

  async function replace(): Promise<void> {
    discard(current);
    while (!stopping.aborted && !isConnected) {
      try {
        await connect(topicsAsked);
      } catch (error) {
        contact.failed('group', error);
        await sleep(RETRY_MS, stopping);
      }
    }
  }

  return {
    now: () => current,
    connected: () => isConnected,
    connect,
    relearn,
    close: () => void current.disconnect().catch(() => undefined),
  };
}
