import type { Cell } from './cell.ts';

/** What the running consumers count, in all, as deleted before they could read it. */
export async function goneCounted(cell: Cell): Promise<number> {
  const texts = await Promise.all(
    cell.running().map((consumer) => consumer.get('/metrics').catch(() => ({ text: '' }))),
  );
  return texts
    .flatMap(({ text }) => [...text.matchAll(/^consumer_records_gone_total\{[^}]*\} (\d+)$/gm)])
    .reduce((sum, [, count]) => sum + Number(count), 0);
}
