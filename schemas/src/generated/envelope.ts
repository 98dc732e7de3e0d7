// Generated from the schemas by generate-types.ts; not edited by hand.

/**
 * What every event has, whatever its type. Further fields are accepted and kept.
 */
export interface Envelope {
  /**
   * Names this event; the same event sent again has the same id.
   */
  eventId: string;
  /**
   * Chooses the payload's schema and the handler.
   */
  eventType: string;
  /**
   * The version of the payload's schema, such as "1.0".
   */
  eventVersion: string;
  /**
   * When it happened (RFC 3339). Where the record has none, the record's timestamp is taken.
   */
  eventTime: string;
  /**
   * What happened; its form depends on type and version.
   */
  payload: object;
}
