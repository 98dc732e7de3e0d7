import type { Evidence, Life, Position, Step } from './evidence.ts';
import { beginningOf, isWorkBegun, type Settling } from './settling.ts';

/** What was sent of one partition in a commit, and how that was answered. */
interface Sent {
  readonly position: Position;
  readonly sentUs: number;
  readonly answeredUs: number;
  readonly result: string;
}

/**
 * Whether a repeat comes of a commit that came into force late. The record was committed, and that was acknowledged; an older
 * commit without an answer, of the same time with the partition, leaves it out, and came into force behind the other; and the
 * partition went right to the second one, who began where the late commit says. In a later generation Kafka refuses it, and
 * who keeps the partition commits again.
 */
export function wasOverwritten(evidence: Evidence, { life, step }: Settling, second: Settling): boolean {
  const { partition, offset } = step;
  const tenure = tenureOf(second);
  const given = tenure[0];
  if (life === second.life || given === undefined) return false;
  const sent = sentOf(life, partition).filter(({ answeredUs }) => answeredUs < given.us);
  return sent.some(
    (late, at) =>
      late.result === 'unknown' &&
      !covers(late.position, offset) &&
      sent.slice(at).some(({ result, position }) => result === 'acknowledged' && covers(position, offset)) &&
      !wasGivenBetween(evidence, partition, late.sentUs, given.us) &&
      firstBegun(tenure, partition) === firstLeft(evidence, partition, late.position),
  );
}

/** The steps of the second one from when it was given the partition, over all deals that left it there. */
function tenureOf(second: Settling): readonly Step[] {
  const { steps } = second.life;
  const beganUs = beginningOf(second)?.us ?? -1;
  let from = -1;
  for (const [at, { mark, us, partitions }] of steps.entries()) {
    if (mark !== 'P') continue;
    const isIn = partitions.includes(second.step.partition);
    if (us > beganUs && !isIn) return from === -1 ? [] : steps.slice(from, at);
    if (us > beganUs) continue;
    if (!isIn) from = -1;
    else if (from === -1) from = at;
  }
  return from === -1 ? [] : steps.slice(from);
}

/** In the order of sending; but for one that its process did not live to see answered: its death explains more. */
function sentOf({ steps }: Life, partition: string): Sent[] {
  let sentUs = 0;
  return steps.flatMap(({ mark, us, text, positions }) => {
    if (mark === 'C') sentUs = us;
    const position = mark === 'A' ? positions.find((one) => one.partition === partition) : undefined;
    return position === undefined ? [] : [{ position, sentUs, answeredUs: us, result: text }];
  });
}

const covers = ({ offset, ranges }: Position, of: number): boolean =>
  of < offset || ranges.some(({ first, last }) => first <= of && of <= last);

const wasGivenBetween = ({ lives }: Evidence, partition: string, fromUs: number, toUs: number): boolean =>
  lives.some(({ steps }) =>
    steps.some(
      ({ mark, us, partitions }) =>
        mark === 'P' && fromUs < us && us < toUs && partitions.includes(partition),
    ),
  );

/** The lowest offset of the partition that is begun, or would be with a lease. */
const firstBegun = (tenure: readonly Step[], partition: string): number =>
  leastOf(tenure.filter((step) => step.partition === partition && isWorkBegun(step)));

/** The first record of the log that a position leaves to be done. */
const firstLeft = ({ log }: Evidence, partition: string, position: Position): number =>
  leastOf(
    log.filter(
      (record) => `${record.topic}/${record.partition}` === partition && !covers(position, record.offset),
    ),
  );

const leastOf = (places: readonly { readonly offset: number }[]): number =>
  places.reduce((least, { offset }) => Math.min(least, offset), Infinity);
