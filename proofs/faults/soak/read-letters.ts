import { stockClient } from '../cell/kafka-client.ts';
import { partitionEnds } from '../cell/read-topics.ts';
import { until } from '../cell/until.ts';
import { countNumbers, type Numbers } from './numbers.ts';

const READ_TIMEOUT_MS = 300_000;

interface Letter {
  readonly original: { readonly headers: readonly { readonly name: string; readonly value: string }[] };
}

/** How often the dead letter topic holds each record's number. @throws Error where it is not read within five minutes */
export async function readLetters(bootstrap: string, topic: string): Promise<Numbers> {
  const letters = countNumbers();
  const left = await partitionEnds(bootstrap, [topic]);
  for (const [partition, end] of left) if (end === 0) left.delete(partition);
  const reader = stockClient(bootstrap, 'letter-reader').consumer({ groupId: 'soak-letters' });
  await reader.connect();
  await reader.subscribe({ topics: [topic], fromBeginning: true });
  await reader.run({
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) {
        const { original } = JSON.parse(String(value)) as Letter;
        letters.add(Number(original.headers.find(({ name }) => name === 'number')?.value));
      }
      const name = `${topic}/${batch.partition}`;
      if (Number(batch.lastOffset()) + 1 >= (left.get(name) ?? 0)) left.delete(name);
    },
  });
  const complete = await until(() => left.size === 0, READ_TIMEOUT_MS);
  await reader.disconnect();
  if (!complete) throw new Error(`${topic} could not be read to its end`);
  return letters;
}
