import { isatty } from 'node:tty';
import { faker } from '@faker-js/faker/locale/en';
import { exitCodes, type ExitCode } from '@event-pipeline/runtime/exit-codes.ts';
import { PortUnavailable } from '@event-pipeline/runtime/http.ts';
import { KafkaFaultError } from '@event-pipeline/runtime/kafkajs/errors.ts';
import { createLog } from '@event-pipeline/runtime/log.ts';
import { describeProblems } from '@event-pipeline/runtime/settings.ts';
import { listenForStop } from '@event-pipeline/runtime/shutdown.ts';
import { createAccept } from '@event-pipeline/schemas/accept.ts';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { requireComplete } from '@event-pipeline/schemas/require-complete.ts';
import { SchemaLoadError } from '@event-pipeline/schemas/schema-load-error.ts';
import { createRecordMaker } from './make-records.ts';
import { runProducer, type ProducerOptions } from './producer.ts';
import { samples } from './samples.ts';
import { readSettings, type ProducerSettings } from './settings.ts';

/** Prints why the configuration can't be used, and ends. */
function refuse(text: string): never {
  process.stderr.write(text);
  process.exit(exitCodes.configuration);
}

function recordsOf({ seed, invalidRatio }: ProducerSettings): ProducerOptions['makeRecord'] {
  const contract = loadContract();
  requireComplete(contract, 'sample', samples);
  if (seed !== null) faker.seed(seed);
  return createRecordMaker({ faker, samples, invalidRatio, accept: createAccept(contract), clock: Date.now });
}

function makerOrRefusal(settings: ProducerSettings): ProducerOptions['makeRecord'] {
  try {
    return recordsOf(settings);
  } catch (error) {
    if (error instanceof SchemaLoadError) return refuse(`producer can't start: ${error.message}\n`);
    throw error;
  }
}

const reading = readSettings(process.env);
if (!reading.ok) refuse(describeProblems('producer', reading.problems));
const { settings } = reading;
const makeRecord = makerOrRefusal(settings);
const { log, output } = createLog({ service: 'producer', level: settings.logLevel, terminal: isatty(1) });

async function end(code: ExitCode): Promise<never> {
  await output.close();
  process.exit(code);
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    log.fatal({ err: error }, 'a bug: the producer ends');
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
  const unacknowledged = await runProducer({
    settings,
    makeRecord,
    topics: [...new Set(Object.values(samples).map(({ topic }) => topic))],
    eventTypes: Object.keys(samples),
    log,
    output,
    stop,
  });
  if (unacknowledged > 0) {
    log.error({ unacknowledged }, 'stopped in an outage: Kafka has not acknowledged these events');
    await end(exitCodes.failed);
  }
  log.info('stopped');
  await end(exitCodes.stopped);
} catch (error) {
  const forPeople = error instanceof PortUnavailable || error instanceof KafkaFaultError;
  log.fatal(forPeople ? {} : { err: error }, (error as Error).message);
  await end(exitCodes.failed);
}
