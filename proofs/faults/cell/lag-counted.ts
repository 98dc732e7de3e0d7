import type { Cell } from './cell.ts';

/** What the running consumers count as lag, in all; null where one does not answer. */
export async function lagCounted(cell: Cell): Promise<number | null> {
  const texts = await Promise.all(
    cell.running().map((consumer) => consumer.get('/metrics').catch(() => null)),
  );
  if (texts.includes(null)) return null;
  return texts
    .flatMap((answer) => [...(answer?.text ?? '').matchAll(/^kafka_consumer_lag\{[^}]*\} (\d+)$/gm)])
    .reduce((sum, [, lag]) => sum + Number(lag), 0);
}
