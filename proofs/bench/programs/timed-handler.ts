import { clockUs, report } from './subject.ts';

let firstRecordAtUs: number | null = null;
const latenciesUs: number[] = [];
/** The first events wait for the subject to join, and find cold code: they are no part of the figures. */
const WARM_UP_EVENTS = 3_000;

/**
 * Notes when the first event came, and how long each was on its way from its producer's call of send.
 *
 * @param sentAtUs - on the machine's monotonic clock
 */
export function noteArrival(sentAtUs: number, total: number): void {
  const nowUs = clockUs();
  firstRecordAtUs ??= nowUs;
  latenciesUs.push(nowUs - sentAtUs);
  if (latenciesUs.length === total)
    report({ firstRecordAtUs, latenciesUs: latenciesUs.slice(WARM_UP_EVENTS) });
}
