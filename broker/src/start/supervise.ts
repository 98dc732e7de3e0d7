import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessEnd } from '../watched-process.ts';
import type { Service } from './service.ts';

/** What runs beneath the services, and stops last; absent where Kafka is somebody else's. */
export interface Beneath {
  readonly name: string;
  readonly ended: Promise<ProcessEnd>;
  readonly stop: () => Promise<void>;
  readonly lastLines: () => string | null;
}

export interface SuperviseOptions {
  readonly services: readonly Service[];
  readonly beneath: Beneath | null;
  /** Aborts when all is to stop. */
  readonly stop: AbortSignal;
  /** How long the services may take to stop, in milliseconds; then they are killed. */
  readonly stopTimeoutMs: number;
  readonly complain: (line: string) => void;
}

type Failed = Pick<Service, 'name' | 'lastLines'> & { readonly end: ProcessEnd };

const howItEnded = ({ code, signal }: ProcessEnd): string => {
  if (signal !== null) return `was ended by ${signal}`;
  return code === null ? 'could not be started' : `ended by itself with exit code ${code}`;
};

const report = ({ name, end, lastLines }: Failed): string => {
  const lines = lastLines();
  if (lines === null) return `The ${name} ${howItEnded(end)}: its last lines stand above.`;
  return lines === ''
    ? `The ${name} ${howItEnded(end)}.`
    : `The ${name} ${howItEnded(end)}. Its last lines:\n${lines}`;
};

/** A Ctrl-C reaches all at once: a part may have ended of it before this process has seen its own. */
const signalDelayMs = 500;

const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });

/** Resolves with the first part that failed, or to null when asked to stop. */
const firstFailure = (options: SuperviseOptions): Promise<Failed | null> => {
  const never = new Promise<never>(() => {});
  const failures = options.services.map(async (service) => {
    const end = await service.ended;
    await Promise.race([aborted(options.stop), sleep(signalDelayMs)]);
    return service.mayEnd && end.code === 0 ? await never : { ...service, end };
  });
  const { beneath } = options;
  const sunk = beneath === null ? [] : [beneath.ended.then((end) => ({ ...beneath, end }))];
  return Promise.race([aborted(options.stop), ...failures, ...sunk]);
};

/** With exit code 0, or of our signal, which may come before a service listens for it. */
const endedWell = ({ code, signal }: ProcessEnd): boolean =>
  code === 0 || signal === 'SIGTERM' || signal === 'SIGINT';

/** Resolves to whether all ended well. */
const stopServices = async ({ services, stopTimeoutMs, complain }: SuperviseOptions): Promise<boolean> => {
  for (const service of services) service.kill('SIGTERM');
  const timer = setTimeout(() => {
    complain(`The services did not stop within ${stopTimeoutMs / 1000} s and are killed.`);
    for (const service of services) service.kill('SIGKILL');
  }, stopTimeoutMs);
  const ends = await Promise.all(services.map((service) => service.ended));
  clearTimeout(timer);
  return ends.every(endedWell);
};

/**
 * Watches over parts that run, until all are to stop or one fails; then stops the services, and after them what is
 * beneath. Resolves to the exit code: 0 where all stopped because they were asked to, and well.
 */
export const supervise = async (options: SuperviseOptions): Promise<0 | 1> => {
  const failed = await firstFailure(options);
  if (failed !== null) options.complain(report(failed));
  const well = await stopServices(options);
  await options.beneath?.stop();
  return failed === null && well ? 0 : 1;
};
