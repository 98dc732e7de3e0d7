// What `npm start` does with its services, on stand-ins and without Kafka.
import { fileURLToPath } from 'node:url';
import { listenForStop } from '@event-pipeline/runtime/shutdown.ts';
import { startService } from '../../src/start/service.ts';
import type { Service } from '../../src/start/service.ts';
import { supervise } from '../../src/start/supervise.ts';

const services: Service[] = [];
const stop = listenForStop({
  signals: process,
  nowMs: () => performance.now(),
  onStop: () => process.stdout.write('asked to stop\n'),
  onForce: () => {
    for (const service of services) service.kill('SIGKILL');
    process.exit(1);
  },
});
const file = fileURLToPath(new URL('service.ts', import.meta.url));
for (const name of ['producer', 'consumer']) {
  const env = { ...process.env, STAND_IN_NAME: name };
  services.push(startService({ name, nodeArgs: [], file, env, mayEnd: name === 'producer' }, false));
}
const beneath = {
  name: 'broker',
  ended: new Promise<never>(() => {}),
  stop: () => {
    process.stdout.write('broker stops\n');
    return Promise.resolve();
  },
  lastLines: () => null,
};
const stopTimeoutMs = Number(process.env.STAND_IN_STOP_TIMEOUT_MS ?? 30_000);
const complain = (line: string) => process.stdout.write(`${line}\n`);
process.exit(await supervise({ services, beneath, stop, stopTimeoutMs, complain }));
