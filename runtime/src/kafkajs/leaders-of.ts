import type { KafkaCluster } from './cluster.ts';
import type { FetchTarget } from './group-types.ts';

/**
 * Makes the function that looks who leads the targets now. `blocked` is told of those that have no leader, for nobody can be
 * asked for them, and of those that have one again.
 */
export function createLeaders(
  targets: readonly FetchTarget[],
  blocked: (target: FetchTarget, reason: string | null) => void,
): (cluster: KafkaCluster) => Map<number, FetchTarget[]> {
  const without = new Set<FetchTarget>();
  return (cluster) => {
    const led = leadersOf(cluster, targets);
    const withOne = new Set([...led.values()].flat());
    for (const target of targets) {
      if (!withOne.has(target)) {
        without.add(target);
        blocked(target, 'it has no leader');
      } else if (without.delete(target)) blocked(target, null);
    }
    return led;
  };
}

/** The targets by the node that leads their partition, as the layout has it; one without a leader is in none. */
function leadersOf(cluster: KafkaCluster, targets: readonly FetchTarget[]): Map<number, FetchTarget[]> {
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
