import type { Cell } from './cell.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import { until } from './until.ts';

/** What /readyz says of a target that is away. */
export const targetIsAway = /is unavailable/;
/** And of a partition with a letter that is not taken. */
export const isHeld = / is held: /;

/** Waits for one of the consumers to be not ready, for such a reason, and for what it says; null where none is by then. */
export async function someoneNotReady(cell: Cell, timeoutMs: number, why = /./): Promise<string | null> {
  let said: string | null = null;
  const refused = async (consumer: ConsumerProcess) => {
    const answer = await consumer.get('/readyz').catch(() => null);
    if (answer?.status === 503 && why.test(answer.text)) said ??= answer.text;
  };
  await until(async () => {
    await Promise.all(cell.running().map(refused));
    return said !== null;
  }, timeoutMs);
  return said;
}
