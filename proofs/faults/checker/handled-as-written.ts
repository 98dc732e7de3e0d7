import { fingerprint } from '../fingerprint.ts';
import type { Check } from './evidence.ts';
import { few, idOf, placeOf, stepPlace } from './settling.ts';

/** I4: what was handled is byte for byte a record of the log, and the log holds what was written. */
export const handledAsWritten: Check = ({ lives, log, written }) => {
  const inLog = new Map(log.map((record) => [placeOf(record), fingerprint(record.value)]));
  const made = new Map(written.map((record) => [record.id, record.fingerprint]));
  const foreign = log
    .filter((record) => made.get(idOf(record)) !== inLog.get(placeOf(record)))
    .map((record) => `${placeOf(record)} is not what was written`);
  const other = lives.flatMap(({ name, steps }) =>
    steps
      .filter((step) => step.mark === 'H' && inLog.get(stepPlace(step)) !== step.text)
      .map((step) => `${name} handled ${stepPlace(step)}, and the log holds something else or nothing there`),
  );
  return few('I4', [...foreign, ...other]);
};
