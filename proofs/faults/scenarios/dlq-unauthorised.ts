import { authorizerProperties, giveRights, takeRights, type Right } from '../cell/acl.ts';
import type { Cell } from '../cell/cell.ts';
import { expectHeldLetters } from '../cell/refused-letters.ts';
import type { Scenario } from '../scenario.ts';

const toWriteLetters = ({ dlqTopic }: Cell): Right[] => [{ kind: 'topic', name: dlqTopic, to: 'write' }];

/** The right to write letters is taken away, and given back: partitions are held meanwhile, and nothing is skipped. */
export const scenario: Scenario = {
  name: 'dlq-unauthorised',
  ci: true,
  ownBrokers: true,
  brokerProperties: authorizerProperties,
  poisonRatio: 0.1,
  rounds: 2,
  moments: ['load', 'load', 'rebalance'],
  async inject(cell, random) {
    await takeRights(cell, toWriteLetters(cell));
    await expectHeldLetters(cell, random);
  },
  heal: (cell) => giveRights(cell, toWriteLetters(cell)),
  happened: (tally) => tally.of('held') > 0,
};
