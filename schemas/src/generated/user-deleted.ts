// Generated from the schemas by generate-types.ts; not edited by hand.

/**
 * A user was deleted.
 */
export interface UserDeletedPayload {
  userId: string;
  deletedAt: string;
}
