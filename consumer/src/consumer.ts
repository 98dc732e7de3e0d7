import { serveHttp } from '@event-pipeline/runtime/http.ts';
import { createRegistry } from '@event-pipeline/runtime/metrics.ts';
import { assemble, type AssembleOptions, type Parts } from './assemble.ts';
import { keepHealthLines } from './health-line.ts';
import { liveness, readiness, type Vitals } from './health.ts';
import { registerMetrics } from './metrics.ts';

export interface ConsumerOptions extends Omit<AssembleOptions, 'failed'> {
  readonly version: string;
  /** Aborts when the consumer is asked to stop. */
  readonly stop: AbortSignal;
}

/**
 * The consumer's life: starting → running → draining → stopped. Resolves to whether it stopped with nothing left to do;
 * throws on what no waiting can mend (a taken port, refused credentials, a bug).
 */
export async function runConsumer(options: ConsumerOptions): Promise<boolean> {
  const { stop } = options;
  const bug = Promise.withResolvers<never>();
  const parts = assemble({ ...options, failed: bug.reject });
  const ended = new AbortController();
  const http = await serve(parts, options);
  try {
    if (!(await parts.ownTopics.ensureAll(stop))) return true;
    const background = runBeside(parts, options, ended.signal);
    const member = parts.group.run();
    await Promise.race([member, abortOf(stop), bug.promise]);
    // A bug in the drain ends it, too.
    const failed = Promise.race([bug.promise, member.then(() => never)]);
    const complete = await Promise.race([drain(parts, options, ended), failed]);
    await Promise.all(background);
    return complete;
  } finally {
    ended.abort();
    parts.letterBox.close();
    await parts.processing.close();
    await http.close();
  }
}

/** What is seen from outside: health and metrics. */
async function serve(parts: Parts, { settings, log, stop, version }: ConsumerOptions) {
  const { group, assignment, lanes, processing, lag, stats } = parts;
  const vitals: Vitals = {
    status: group.status,
    blocked: group.blocked,
    owned: assignment.owned,
    gates: processing.doorways.states,
    topics: parts.ownTopics.state,
    lagKnown: lag.known,
    stopping: () => stop.aborted,
    stuckHandlers: processing.stuckHandlers,
    silentMaxMs: 60_000 + settings.pollTimeoutMs + settings.sessionTimeoutMs,
  };
  const registry = createRegistry();
  registerMetrics(registry, {
    stats,
    lag,
    owned: assignment.owned,
    rebalances: () => group.status().rebalances,
    underWay: lanes.underWay,
    targetUp: processing.doorways.allUp,
    version,
  });
  const http = await serveHttp({
    port: settings.metricsPort,
    routes: {
      metrics: () => registry.metrics(),
      healthz: () => liveness(vitals),
      readyz: () => readiness(vitals),
    },
    log,
  });
  log.info(
    { port: http.port, topics: settings.topics, group: settings.groupId },
    'consumer is up, joining the group',
  );
  return http;
}

/** What goes on beside the records until `ended` aborts. */
function runBeside(parts: Parts, { settings, log }: ConsumerOptions, ended: AbortSignal): Promise<void>[] {
  const { group, assignment, lanes, slots, processing, committer, lag } = parts;
  const healthLines = keepHealthLines(
    {
      group,
      topics: settings.topics,
      owned: assignment.owned,
      lag,
      inFlight: () => slots.running,
      retrying: () => lanes.underWay() - slots.running - processing.deadLetters.underWay(),
      intervalMs: settings.lagIntervalMs,
      log,
    },
    ended,
  );
  return [lag.run(ended), committer.keepTime(ended), healthLines];
}

/** Nothing new begins, what runs may end, what is settled is committed; then the group is left. */
async function drain(
  { assignment, committer, group, slots, processing }: Parts,
  { settings, log }: ConsumerOptions,
  ended: AbortController,
): Promise<boolean> {
  const deadline = performance.now() + settings.shutdownTimeoutMs;
  const left = () => Math.max(deadline - performance.now(), 0);
  assignment.close();
  const idle = await assignment.idle(left());
  const underWay = { running: slots.running, letters: processing.deadLetters.underWay() };
  const committed = await committer.flush(left());
  ended.abort();
  await group.stop(Math.max(left(), 1_000));
  const nothingSettled = [...assignment.owned()].every((partition) => partition.committable() === null);
  if (!idle) log.error(underWay, 'handlers or letters were still under way when the time to stop was up');
  return idle && (committed || nothingSettled);
}

const never = new Promise<never>(() => undefined);

async function abortOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
