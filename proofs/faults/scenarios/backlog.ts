import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const BACKLOG_RECORDS = 3_500;
const BACKLOG_TIMEOUT_MS = 60_000;

/** 175 MB of records wait behind a slow target: what is in memory keeps its bound, whatever there is to fetch. */
export const scenario: Scenario = {
  name: 'backlog',
  consumers: 1,
  forwards: true,
  recordsPerSec: 500,
  poisonRatio: 0,
  paddingBytes: 50_000,
  rssMaxMib: 320,
  rounds: 1,
  moments: ['load', 'idle'],
  async inject(cell) {
    cell.target?.answerWith(() => ({ status: 204, delayMs: 2_000 }));
    const end = cell.writer.written.length + BACKLOG_RECORDS;
    cell.writer.resume();
    const enough = () => cell.writer.written.length >= end;
    if (await until(enough, BACKLOG_TIMEOUT_MS)) cell.did('backlog');
    cell.writer.pause();
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('backlog') > 0,
};
