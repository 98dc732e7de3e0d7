import kafkajs, { type AclEntry } from 'kafkajs';
import { asAdmin } from './admin.ts';
import type { Cell } from './cell.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** For brokers that ask who may do what, and let everyone where there is no rule. */
export const authorizerProperties = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'true',
};

/** A right to one topic, or to a group. */
export interface Right {
  readonly kind: 'topic' | 'group';
  readonly name: string;
  readonly to: 'read' | 'write';
}

const denial = ({ kind, name, to }: Right): AclEntry => ({
  resourceType: kind === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
  resourceName: name,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:ANONYMOUS',
  host: '*',
  operation: to === 'read' ? AclOperationTypes.READ : AclOperationTypes.WRITE,
  permissionType: AclPermissionTypes.DENY,
});

/** Takes rights away from everyone, until they are given back; all other rights to the same stay. */
export async function takeRights(cell: Cell, rights: readonly Right[]): Promise<void> {
  // A rule for something is the end of what goes without rules there.
  const rest = { operation: AclOperationTypes.ALL, permissionType: AclPermissionTypes.ALLOW };
  const acl = rights.flatMap((right) => [{ ...denial(right), ...rest }, denial(right)]);
  await asAdmin(cell, (admin) => admin.createAcls({ acl }));
}

/** Gives back what was taken. */
export async function giveRights(cell: Cell, rights: readonly Right[]): Promise<void> {
  await asAdmin(cell, (admin) => admin.deleteAcls({ filters: rights.map(denial) }));
}
