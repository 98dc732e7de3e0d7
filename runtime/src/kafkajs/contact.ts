import type { Logger } from 'pino';
import { faultOf } from './errors.ts';
import type { Outage } from './group-types.ts';

/** Epoch time that nobody sets: an outage is as long as it is, whatever the machine's clock does meanwhile. */
const steadyEpochMs = () => performance.timeOrigin + performance.now();

/**
 * Whom this member talks to: the group, through whichever broker coordinates it, or a broker as a partitions' leader.
 * `commits` is the group too, where it answers, but takes no positions (a right that was taken away, say).
 */
export type Peer = 'group' | 'commits' | `broker ${number}`;

export interface Contact {
  /** From here on Kafka is talked to: silence counts. */
  begin(): void;
  /** The peer answered. */
  heard(peer: Peer): void;
  /** Talking to the peer failed: it is away until it answers again. */
  failed(peer: Peer, error: unknown): void;
  /** Something was asked in vain that tells of no peer: whoever tries is not silent. */
  tried(): void;
  /** The peers that are away. */
  away(): ReadonlyMap<Peer, Outage>;
  /**
   * The longest outage among the group and the brokers that `leads` names by their ids; null where all of them answer.
   * Commits that are refused are none: records come, and are handled.
   */
  outage(leads: (nodeId: number) => boolean): Outage | null;
  /** How long ago anyone of Kafka last answered or failed, in milliseconds; 0 before `begin`. */
  silentMs(): number;
}

/**
 * Who of Kafka answers, as those who talk to it have seen it last. One broker that is away says nothing of another, and
 * only those are needed that lead a partition of ours now. Nothing that fails after `stopping` is an outage.
 */
export function createContact(options: {
  readonly stopping: AbortSignal;
  readonly backAgain: () => void;
  readonly log: Logger;
}): Contact {
  const { stopping, log } = options;
  const away = new Map<Peer, Outage>();
  let lastHeard = Infinity;

  function heard(peer: Peer): void {
    lastHeard = performance.now();
    if (away.size === 0) return;
    const outage = away.get(peer);
    if (outage === undefined) return;
    away.delete(peer);
    log.warn({ peer, outageMs: Math.round(steadyEpochMs() - outage.sinceMs) }, 'Kafka answers again');
    options.backAgain();
  }

  function failed(peer: Peer, error: unknown): void {
    lastHeard = performance.now();
    if (stopping.aborted || away.has(peer)) return;
    const { type, message } = faultOf(error);
    log.warn({ peer, reason: message, type }, 'Kafka does not answer as it should; going on trying');
    away.set(peer, { sinceMs: steadyEpochMs(), reason: message });
  }

  function outage(leads: (nodeId: number) => boolean): Outage | null {
    let longest: Outage | null = null;
    for (const [peer, found] of away) {
      if (peer === 'commits') continue;
      if (peer !== 'group' && !leads(Number(peer.slice('broker '.length)))) continue;
      if (longest === null || found.sinceMs < longest.sinceMs) longest = found;
    }
    return longest;
  }

  function tried(): void {
    lastHeard = performance.now();
  }

  return {
    begin: tried,
    tried,
    heard,
    failed,
    away: () => away,
    outage,
    silentMs: () => Math.max(performance.now() - lastHeard, 0),
  };
}
