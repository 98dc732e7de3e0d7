/**
 * Makes something of a topic and partition. Records come in runs of one partition: what was made for the last one is kept.
 */
export function createPlaceMemory<T>(
  make: (topic: string, partition: number) => T,
): (place: { readonly topic: string; readonly partition: number }) => T {
  let last: { readonly topic: string; readonly partition: number; readonly made: T } | null = null;
  return ({ topic, partition }) => {
    if (last === null || last.partition !== partition || last.topic !== topic)
      last = { topic, partition, made: make(topic, partition) };
    return last.made;
  };
}
