import { setTimeout as pause } from 'node:timers/promises';
import { refuseLetters, takeLetters } from '../cell/dlq-actions.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const HELD_TIMEOUT_MS = 15_000;

/** The brokers refuse all letters for a while: partitions with poison are held and say so, and go on afterwards. */
export const scenario: Scenario = {
  name: 'dlq-unavailable',
  rounds: 2,
  poisonRatio: 0.05,
  moments: ['load', 'idle'],
  async inject(cell, random) {
    await refuseLetters(cell);
    const away = cell.times.away('letters');
    cell.writer.resume();
    const held = async () => {
      const answers = await Promise.all(cell.running().map((one) => one.get('/readyz')));
      return answers.every(({ status, text }) => status === 503 && text.includes(' is held: '));
    };
    if (await until(() => held().catch(() => false), HELD_TIMEOUT_MS)) cell.did('letters refused');
    else
      cell.complaints.push('no 503 of /readyz named a held partition within 15 s of letters being refused');
    await pause(random.whole(0, 3_000));
    await away.back(() => takeLetters(cell));
  },
  happened: (tally) => tally.of('letters refused') > 0,
};
