import { Histogram } from './histogram.ts';
import type { Failure } from './outcome.ts';

/** Bounds in seconds, for handlers and for the way from producer to handler (OpenTelemetry's messaging conventions). */
const DURATION_BOUNDS_SEC = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What happened to the records of one topic. */
export interface TopicStats {
  received: number;
  handled: number;
  deadLettered: number;
  /** By code, then by stage: a text made of both would be made for each letter. */
  readonly letters: Map<string, Map<string, number>>;
}

export interface EventTypeStats {
  handled: number;
  retries: number;
  readonly durationSec: Histogram;
}

/**
 * What has happened, as plain numbers that the steps add to: a metrics library's counters cost more than a record.
 * `metrics.ts` looks at them when it is asked.
 */
export interface Stats {
  readonly topics: Map<string, TopicStats>;
  readonly eventTypes: Map<string, EventTypeStats>;
  readonly ageSec: Histogram;
  readonly commits: { acknowledged: number; unknown: number; refused: number };
  /** By `topic/partition`. */
  readonly gone: Map<string, number>;
  topic(name: string): TopicStats;
  eventType(name: string): EventTypeStats;
  /** One more letter of the topic. */
  letter(topic: string, failure: Pick<Failure, 'code' | 'stage'>): void;
}

export function createStats(topics: readonly string[], eventTypes: readonly string[]): Stats {
  const byTopic = new Map<string, TopicStats>(topics.map((topic) => [topic, newTopic()]));
  const byType = new Map<string, EventTypeStats>(eventTypes.map((type) => [type, newEventType()]));
  const topic = remembering((name) => getOrAdd(byTopic, name, newTopic));
  return {
    topics: byTopic,
    eventTypes: byType,
    ageSec: new Histogram(DURATION_BOUNDS_SEC),
    commits: { acknowledged: 0, unknown: 0, refused: 0 },
    gone: new Map(),
    topic,
    eventType: (name) => getOrAdd(byType, name, newEventType),
    letter: (name, { code, stage }) => {
      const byStage = getOrAdd(topic(name).letters, code, () => new Map<string, number>());
      byStage.set(stage, (byStage.get(stage) ?? 0) + 1);
    },
  };
}

const newTopic = (): TopicStats => ({ received: 0, handled: 0, deadLettered: 0, letters: new Map() });

const newEventType = (): EventTypeStats => ({
  handled: 0,
  retries: 0,
  durationSec: new Histogram(DURATION_BOUNDS_SEC),
});

function getOrAdd<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** The same one is asked for record after record: what was found last is found without a look into the map. */
function remembering<T>(find: (name: string) => T): (name: string) => T {
  let last: { readonly name: string; readonly found: T } | null = null;
  return (name) => {
    if (last === null || last.name !== name) last = { name, found: find(name) };
    return last.found;
  };
}
