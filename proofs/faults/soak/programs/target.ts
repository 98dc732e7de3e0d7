/** What the events of a soak are forwarded to. Sends its URL when it listens, and at any message how often it took each number. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { countNumbers } from '../numbers.ts';
import { failsOnce, failsForEver, HANDLING_MS, numberOf } from '../plan.ts';

const taken = countNumbers();
const failed = countNumbers();

async function answer(number: number, response: ServerResponse): Promise<void> {
  await pause(HANDLING_MS);
  const fails = failsForEver(number) || (failsOnce(number) && failed.of(number) === 0);
  (fails ? failed : taken).add(number);
  response.writeHead(fails ? 500 : 204).end();
}

const server = createServer((request, response) => {
  const number = numberOf(String(request.headers['idempotency-key']));
  request.resume().once('end', () => void answer(number, response));
});
process.on('message', () => process.send?.(taken.bytes()));
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
