// Generated from the schemas by generate-types.ts; not edited by hand.

/**
 * A user removed a file.
 */
export interface FileRemovedPayload {
  fileId: string;
  userId: string;
  removedAt: string;
}
