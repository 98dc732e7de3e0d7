// Generated from the schemas by generate-types.ts; not edited by hand.

/**
 * A user added a file.
 */
export interface FileAddedPayload {
  fileId: string;
  userId: string;
  addedAt: string;
}
