import kafkajs from 'kafkajs';
import type { Cell } from './cell.ts';
import { stockClient } from './kafka-client.ts';
import { makeRecord, type MadeRecord } from './make-record.ts';
import type { Random } from './random.ts';

export interface Transactions {
  /** One transaction with so many records in each of the cell's topics; before its end, `meanwhile` happens. */
  write(records: number, commits: boolean, meanwhile?: () => Promise<void>): Promise<void>;
  end(): Promise<void>;
}

let made = 0;

export interface TransactionsOptions {
  /** One of its own. */
  readonly transactionalId?: string;
  /** Changes each record after it was made up; as it is. */
  readonly shape?: (record: MadeRecord) => MadeRecord;
}

/** A transactional producer on the cell's topics; the writer's ledger has its committed records too. */
export async function createTransactions(
  cell: Cell,
  random: Random,
  { transactionalId, shape = (record) => record }: TransactionsOptions = {},
): Promise<Transactions> {
  made += 1;
  const id = `${cell.name}-transactions-${made}`;
  const producer = stockClient(cell.cluster.bootstrap, 'transactions').producer({
    transactionalId: transactionalId ?? id,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  let count = 0;

  async function write(records: number, commits: boolean, meanwhile?: () => Promise<void>): Promise<void> {
    const transaction = await producer.transaction();
    const sent = [];
    for (const topic of cell.topics) {
      const batch = Array.from({ length: records }, () =>
        shape(makeRecord(`${id}-${(count += 1)}`, { poisonRatio: 0, keys: 40 }, random)),
      );
      sent.push(...batch.map((record) => ({ topic, record })));
      await transaction.send({
        topic,
        messages: batch.map((one) => ({ ...one, headers: { ...one.headers } })),
      });
    }
    await meanwhile?.();
    await (commits ? transaction.commit() : transaction.abort());
    if (commits) for (const { topic, record } of sent) cell.writer.note(topic, record, 'ok');
  }

  return { write, end: () => producer.disconnect() };
}
