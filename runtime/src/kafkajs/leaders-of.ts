import type { KafkaCluster } from './cluster.ts';
import type { FetchTarget } from './group-types.ts';

/**
 * Makes the function that looks who leads the targets now, by node. `blocked` is told of those that the layout says to have no leader,
 * for nobody can be asked for them, and of those that have one again. Of a layout that is not known yet nothing is told.
 */
export function createLeaders(
  targets: readonly FetchTarget[],
  blocked: (target: FetchTarget, reason: string | null) => void,
): (cluster: KafkaCluster) => Map<number, FetchTarget[]> {
  const without = new Set<FetchTarget>();
  return (cluster) => {
    const leaders = leaderByPartition(cluster, targets);
    const led = new Map<number, FetchTarget[]>();
    for (const target of targets) {
      const leader = leaders.get(`${target.topic}/${target.partition}`);
      if (leader === undefined) continue;
      if (leader < 0) {
        without.add(target);
        blocked(target, 'it has no leader');
        continue;
      }
      if (without.delete(target)) blocked(target, null);
      const others = led.get(leader);
      if (others === undefined) led.set(leader, [target]);
      else others.push(target);
    }
    return led;
  };
}

/** By `topic/partition`, as the layout has it: −1 where there is none. */
function leaderByPartition(cluster: KafkaCluster, targets: readonly FetchTarget[]): Map<string, number> {
  const leaders = new Map<string, number>();
  for (const topic of new Set(targets.map((target) => target.topic))) {
    for (const { partition, leader } of cluster.topicPartitions(topic))
      leaders.set(`${topic}/${partition}`, leader);
  }
  return leaders;
}
