import type { Logger } from 'pino';
import type { KafkajsLogger } from './internal-types.ts';

/** The facts of kafkajs's lines that are passed on: never what was sent or received. */
const KEPT = ['broker', 'error', 'size', 'retryCount', 'retryTime', 'groupId', 'nodeId'] as const;

/**
 * kafkajs's own lines, all at DEBUG: what they tell of is thrown as well, and told once by whoever catches it.
 * Costs nothing while DEBUG is off.
 */
export function createKafkajsLogger(log: Logger): KafkajsLogger {
  const write = (message: unknown, extra: object = {}): void => {
    if (!log.isLevelEnabled('debug')) return;
    const given = extra as Record<string, unknown>;
    const facts = Object.fromEntries(KEPT.filter((name) => name in given).map((name) => [name, given[name]]));
    log.debug(facts, `kafkajs: ${message instanceof Error ? message.message : String(message)}`);
  };
  const logger: KafkajsLogger = {
    namespace: () => logger,
    setLogLevel: () => undefined,
    error: write,
    warn: write,
    info: write,
    debug: write,
  };
  return logger;
}
