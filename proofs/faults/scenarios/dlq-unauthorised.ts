import kafkajs from 'kafkajs';
import { asAdmin } from '../cell/admin.ts';
import type { Cell } from '../cell/cell.ts';
import { expectHeldLetters } from '../cell/refused-letters.ts';
import type { Scenario } from '../scenario.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const denial = (cell: Cell) => ({
  resourceType: AclResourceTypes.TOPIC,
  resourceName: cell.dlqTopic,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:ANONYMOUS',
  host: '*',
  operation: AclOperationTypes.WRITE,
  permissionType: AclPermissionTypes.DENY,
});

/** The right to write letters is taken away, and given back: partitions are held meanwhile, and nothing is skipped. */
export const scenario: Scenario = {
  name: 'dlq-unauthorised',
  ci: true,
  ownBrokers: true,
  brokerProperties: {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': 'true',
  },
  poisonRatio: 0.1,
  rounds: 2,
  moments: ['load', 'load', 'rebalance'],
  async inject(cell, random) {
    // A rule for a topic is the end of what goes without rules there.
    const allowance = {
      ...denial(cell),
      operation: AclOperationTypes.ALL,
      permissionType: AclPermissionTypes.ALLOW,
    };
    await asAdmin(cell, (admin) => admin.createAcls({ acl: [allowance, denial(cell)] }));
    await expectHeldLetters(cell, random);
  },
  async heal(cell) {
    const { permissionType, operation, ...about } = denial(cell);
    await asAdmin(cell, (admin) => admin.deleteAcls({ filters: [{ ...about, operation, permissionType }] }));
  },
  happened: (tally) => tally.of('held') > 0,
};
