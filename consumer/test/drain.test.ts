import { createLogOutput } from '@event-pipeline/runtime/log-output.ts';
import { createAccept } from '@event-pipeline/schemas/accept.ts';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { runConsumer } from '../src/consumer.ts';
import { handlers } from '../src/handlers.ts';
import { readSettings } from '../src/settings.ts';
import { userDeleted, written } from './written-events.ts';

test('a bug in the end of a record is thrown while the consumer drains, too', async () => {
  const reading = readSettings({
    ...(await written([{ key: 'u', value: userDeleted('e-1') }])),
    METRICS_PORT: '0',
  });
  if (!reading.ok) throw new Error('the settings are right');
  const begun = Promise.withResolvers<void>();
  const stop = new AbortController();
  const bug = new Error('a bug');
  const output = createLogOutput({ target: (_, written) => written(true), pretty: null });
  const consumer = runConsumer({
    settings: reading.settings,
    accept: createAccept(loadContract()),
    handlers: {
      ...handlers,
      'user-deleted': async () => {
        begun.resolve();
        await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
      },
    },
    version: '0',
    log: pino({ level: 'info' }, { write: () => undefined }),
    output: {
      ...output,
      write: () => {
        throw bug;
      },
    },
    stop: stop.signal,
  });
  await begun.promise;
  stop.abort();
  await expect(consumer).rejects.toBe(bug);
});
