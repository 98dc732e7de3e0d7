// Generated from the schemas by generate-types.ts; not edited by hand.

/**
 * A user was created.
 */
export interface UserCreatedPayload {
  user_id: string;
  username: string;
  email: string;
  createdAt: string;
  roles?: string[];
}
