import type { Doorway } from './doorway.ts';
import { isOfTarget } from './forward-failure.ts';

/** A gate's tickets count its closings: no gate closes so often, and two of them fit into one number. */
const TICKETS = 2 ** 26;

/**
 * The way of an event that is forwarded: through the gate of its type, which its handler can close, and then through the
 * target's, which all types share. Each hears only what was found out about what stands behind it.
 */
export function createTwoDoorways(type: Doorway, target: Doorway): Doorway {
  const both = (ofType: number, ofTarget: number): number => ofType * TICKETS + ofTarget;

  function tryEnter(): number {
    const ofType = type.tryEnter();
    if (ofType === 0) return 0;
    const ofTarget = target.tryEnter();
    if (ofTarget > 0) return both(ofType, ofTarget);
    type.leave(ofType, 'interrupted');
    return 0;
  }

  /** The other way round, an event whose handler is away would take the place of those that the target could have. */
  async function enter(signal: AbortSignal): Promise<number> {
    for (;;) {
      const ofType = await type.enter(signal);
      if (ofType === 0) return 0;
      const ofTarget = await target.enter(signal);
      if (ofTarget > 0 && type.isCurrent(ofType)) return both(ofType, ofTarget);
      type.leave(ofType, 'interrupted');
      if (ofTarget === 0) return 0;
      // The type's gate has closed while this one stood before the target's.
      target.leave(ofTarget, 'interrupted');
    }
  }

  return {
    tryEnter,
    enter,
    isCurrent: (ticket) => type.isCurrent(Math.floor(ticket / TICKETS)) && target.isCurrent(ticket % TICKETS),
    leave(ticket, result, error) {
      const ofType = Math.floor(ticket / TICKETS);
      const ofTarget = ticket % TICKETS;
      if (result === 'success' || result === 'interrupted') {
        type.leave(ofType, result);
        target.leave(ofTarget, result);
      } else if (isOfTarget(error)) {
        // Forwarding comes behind the handler, which went well then.
        type.leave(ofType, 'success');
        target.leave(ofTarget, result, error);
      } else {
        type.leave(ofType, result, error);
        target.leave(ofTarget, 'interrupted');
      }
    },
  };
}
