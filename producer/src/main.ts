import { faker } from '@faker-js/faker/locale/en';
import { exitCodes } from '@event-pipeline/runtime/exit-codes.ts';
import { runService } from '@event-pipeline/runtime/service.ts';
import { createAccept } from '@event-pipeline/schemas/accept.ts';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { requireComplete } from '@event-pipeline/schemas/require-complete.ts';
import { SchemaLoadError } from '@event-pipeline/schemas/schema-load-error.ts';
import { createRecordMaker } from './make-records.ts';
import { runProducer } from './producer.ts';
import { samples } from './samples.ts';
import { readSettings } from './settings.ts';

await runService({
  name: 'producer',
  process,
  readSettings,
  prepare: ({ seed, invalidRatio }) => {
    const contract = loadContract();
    requireComplete(contract, 'sample', samples);
    if (seed !== null) faker.seed(seed);
    return createRecordMaker({
      faker,
      samples,
      invalidRatio,
      accept: createAccept(contract),
      clock: Date.now,
    });
  },
  isMisconfigured: (error) => error instanceof SchemaLoadError,
  run: async ({ prepared: makeRecord, log, ...running }) => {
    const unacknowledged = await runProducer({
      ...running,
      makeRecord,
      topics: [...new Set(Object.values(samples).map(({ topic }) => topic))],
      eventTypes: Object.keys(samples),
      log,
    });
    if (unacknowledged === 0) return exitCodes.stopped;
    log.error({ unacknowledged }, 'stopped in an outage: Kafka has not acknowledged these events');
    return exitCodes.failed;
  },
});
