import { exitCodes } from '@event-pipeline/runtime/exit-codes.ts';
import { runService } from '@event-pipeline/runtime/service.ts';
import { createAccept } from '@event-pipeline/schemas/accept.ts';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { requireComplete } from '@event-pipeline/schemas/require-complete.ts';
import { SchemaLoadError } from '@event-pipeline/schemas/schema-load-error.ts';
import packageFile from '../package.json' with { type: 'json' };
import { runConsumer } from './consumer.ts';
import { handlers } from './handlers.ts';
import { readSettings } from './settings.ts';

/** The consumer, as this process: reads what it cannot start without, consumes until it is asked to stop, and ends. */
export async function serve(process: NodeJS.Process): Promise<never> {
  return runService({
    name: 'consumer',
    process,
    readSettings,
    prepare: () => {
      const contract = loadContract();
      requireComplete(contract, 'handler', handlers);
      return createAccept(contract);
    },
    isMisconfigured: (error) => error instanceof SchemaLoadError,
    run: async ({ prepared: accept, log, ...running }) => {
      const complete = await runConsumer({ ...running, accept, handlers, version: packageFile.version, log });
      if (complete) return exitCodes.stopped;
      log.error('stopped with work left over: it comes again');
      return exitCodes.failed;
    },
  });
}
