import type { Logger } from 'pino';
import { createDoorway, type Doorway } from './doorway.ts';
import { createGate, type Gate, type GateState } from './gate.ts';
import type { ConsumerSettings } from './settings.ts';
import { steadyEpochMs } from './steady-epoch.ts';
import { createTwoDoorways } from './two-doorways.ts';

export interface Doorways {
  /** The doorway that events of a type go through. */
  of(eventType: string): Doorway;
  /** The gates by name: the event types, and the target's. Times in milliseconds since the epoch. */
  states(): ReadonlyMap<string, GateState>;
  allUp(): boolean;
}

/**
 * One gate for each event type, made when its first event comes; and, where all events go to one target, another one that
 * they share behind their own: an outage of the target is everyone's, and a probe for each type would be several at a time.
 */
export function createDoorways(options: {
  readonly settings: ConsumerSettings;
  /** The name of the target's gate; null where there is no target. */
  readonly target: string | null;
  readonly log: Logger;
}): Doorways {
  const { settings, log } = options;
  const gates = new Map<string, Gate>();
  const doorways = new Map<string, Doorway>();
  const target = options.target === null ? null : open(options.target);

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
    gates.set(name, gate);
    return createDoorway(gate, steadyEpochMs);
  }

  function make(eventType: string): Doorway {
    const ofType = open(eventType);
    const doorway = target === null ? ofType : createTwoDoorways(ofType, target);
    doorways.set(eventType, doorway);
    return doorway;
  }

  return {
    of: (eventType) => doorways.get(eventType) ?? make(eventType),
    states: () => new Map([...gates].map(([name, gate]) => [name, gate.state()])),
    allUp: () => [...gates.values()].every((gate) => gate.state().up),
  };
}
