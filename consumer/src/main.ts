import { isatty } from 'node:tty';
import { exitCodes, type ExitCode } from '@event-pipeline/runtime/exit-codes.ts';
import { PortUnavailable } from '@event-pipeline/runtime/http.ts';
import { KafkaFaultError } from '@event-pipeline/runtime/kafkajs/errors.ts';
import { createLog } from '@event-pipeline/runtime/log.ts';
import { describeProblems } from '@event-pipeline/runtime/settings.ts';
import { listenForStop } from '@event-pipeline/runtime/shutdown.ts';
import { createAccept, type Accept } from '@event-pipeline/schemas/accept.ts';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { requireComplete } from '@event-pipeline/schemas/require-complete.ts';
import { SchemaLoadError } from '@event-pipeline/schemas/schema-load-error.ts';
import packageFile from '../package.json' with { type: 'json' };
import { runConsumer } from './consumer.ts';
import { handlers } from './handlers.ts';
import { readSettings } from './settings.ts';

/** Prints why the configuration can't be used, and ends. */
function refuse(text: string): never {
  process.stderr.write(text);
  process.exit(exitCodes.configuration);
}

function acceptOrRefusal(): Accept {
  try {
    const contract = loadContract();
    requireComplete(contract, 'handler', handlers);
    return createAccept(contract);
  } catch (error) {
    if (error instanceof SchemaLoadError) return refuse(`consumer can't start: ${error.message}\n`);
    throw error;
  }
}

const reading = readSettings(process.env);
if (!reading.ok) refuse(describeProblems('consumer', reading.problems));
const { settings } = reading;
const accept = acceptOrRefusal();
const { log, output } = createLog({ service: 'consumer', level: settings.logLevel, terminal: isatty(1) });

async function end(code: ExitCode): Promise<never> {
  await output.close();
  process.exit(code);
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    log.fatal({ err: error }, 'a bug: the consumer ends');
    void end(exitCodes.failed);
  });
}

const { stop } = listenForStop({
  signals: process,
  nowMs: () => performance.now(),
  onStop: (signal) => log.info({ signal }, 'stopping'),
  onForce: () => process.exit(exitCodes.failed),
});

try {
  const complete = await runConsumer({
    settings,
    accept,
    handlers,
    version: packageFile.version,
    log,
    output,
    stop,
  });
  if (complete) log.info('stopped');
  else log.error('stopped with work left over: it comes again');
  await end(complete ? exitCodes.stopped : exitCodes.failed);
} catch (error) {
  const forPeople = error instanceof PortUnavailable || error instanceof KafkaFaultError;
  log.fatal(forPeople ? {} : { err: error }, (error as Error).message);
  await end(exitCodes.failed);
}
