import type { KafkaCluster } from './cluster.ts';
import type { FetchTarget } from './group-types.ts';

/** The targets by the node that leads their partition, as the layout has it; one without a leader is in none. */
export function leadersOf(
  cluster: KafkaCluster,
  targets: readonly FetchTarget[],
): Map<number, FetchTarget[]> {
  const leaders = new Map<string, number>();
  for (const topic of new Set(targets.map((target) => target.topic))) {
    for (const { partition, leader } of cluster.topicPartitions(topic)) {
      if (leader >= 0) leaders.set(`${topic}/${partition}`, leader);
    }
  }
  const led = new Map<number, FetchTarget[]>();
  for (const target of targets) {
    const leader = leaders.get(`${target.topic}/${target.partition}`);
    if (leader === undefined) continue;
    led.set(leader, [...(led.get(leader) ?? []), target]);
  }
  return led;
}
