import type { Admin } from 'kafkajs';
import type { Cell } from './cell.ts';
import { stockClient } from './kafka-client.ts';

/** Does something as an operator would, with a client of its own. @throws what kafkajs throws */
export async function asAdmin<T>(cell: Cell, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = stockClient(cell.cluster.bootstrap, 'operator').admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
