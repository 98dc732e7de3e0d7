import type { Logger } from 'pino';
import { faultOf } from './errors.ts';
import type { GroupStatus } from './group-types.ts';

export interface Contact {
  /** Kafka answered. */
  heard(): void;
  /** Something failed: an outage until Kafka answers again. */
  failed(error: unknown): void;
  outage(): GroupStatus['outage'];
  /** How long ago Kafka last answered or failed anything, in milliseconds. */
  silentMs(): number;
}

/** Whether Kafka answers, as all who talk to it have seen it last. Nothing that fails after `stopping` is an outage. */
export function createContact(options: {
  readonly stopping: AbortSignal;
  readonly backAgain: () => void;
  readonly log: Logger;
}): Contact {
  const { stopping, log } = options;
  let lastHeard = performance.now();
  let outage: GroupStatus['outage'] = null;

  function heard(): void {
    lastHeard = performance.now();
    if (outage === null) return;
    log.warn({ outageMs: Date.now() - outage.sinceMs }, 'Kafka answers again');
    outage = null;
    options.backAgain();
  }

  function failed(error: unknown): void {
    lastHeard = performance.now();
    if (stopping.aborted) return;
    const { type, message } = faultOf(error);
    if (outage === null)
      log.warn({ reason: message, type }, 'Kafka does not answer as it should; going on trying');
    outage ??= { sinceMs: Date.now(), reason: message };
  }

  return { heard, failed, outage: () => outage, silentMs: () => performance.now() - lastHeard };
}
