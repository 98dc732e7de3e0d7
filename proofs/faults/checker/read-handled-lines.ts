/** Counts the lines that say "handled", by `topic/partition@offset`; a last line that was cut short is none. */
export function readHandledLines(output: string): Map<string, number> {
  const counts = new Map<string, number>();
  const form = /"topic":"([^"]+)","partition":(\d+),"offset":(\d+),"msg":"handled"\}\n/g;
  for (const [, topic, partition, offset] of output.matchAll(form)) {
    const place = `${topic}/${partition}@${offset}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}
