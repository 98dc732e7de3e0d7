import type { Logger } from 'pino';
import { createDoorway, type Doorway } from './doorway.ts';
import { createGate, type GateState } from './gate.ts';
import type { ConsumerSettings } from './settings.ts';
import { steadyEpochMs } from './steady-epoch.ts';

export interface Doorways {
  /** The doorway that events of a type go through. */
  of(eventType: string): Doorway;
  /** By name; times in milliseconds since the epoch. */
  states(): ReadonlyMap<string, GateState>;
  allUp(): boolean;
}

/**
 * One doorway for each event type, made when its first event comes; or, where all events go to one target, one that
 * they share: an outage is the target's, and a probe for each type would be several at a time.
 */
export function createDoorways(options: {
  readonly settings: ConsumerSettings;
  readonly shared: string | null;
  readonly log: Logger;
}): Doorways {
  const { settings, shared, log } = options;
  const doorways = new Map<string, Doorway>();

  function open(name: string): Doorway {
    const gate = createGate({
      baseMs: settings.retryBackoffMs,
      maxMs: settings.retryBackoffMaxMs,
      maxConcurrency: settings.maxConcurrency,
      // A gate must not stay shut for an hour because the clock is put back by one.
      now: steadyEpochMs,
      random: Math.random,
      onChange: ({ up, reason }) =>
        up
          ? log.warn({ gate: name }, 'available again')
          : log.warn({ gate: name, reason }, 'unavailable, waiting'),
    });
    const doorway = createDoorway(gate, steadyEpochMs);
    doorways.set(name, doorway);
    return doorway;
  }

  return {
    of: (eventType) => doorways.get(shared ?? eventType) ?? open(shared ?? eventType),
    states: () => new Map([...doorways].map(([name, doorway]) => [name, doorway.state()])),
    allUp: () => [...doorways.values()].every((doorway) => doorway.state().up),
  };
}
