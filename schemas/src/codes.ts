/** Where on its way a record was given up, in the order of the way. */
export type Stage = 'bytes' | 'envelope' | 'type' | 'payload' | 'handler';

/** Why a record was given up, and the stages at which that can be. Part of the outside: dead letters and metrics carry them. */
export const stagesByCode = {
  EMPTY_VALUE: ['bytes'],
  INVALID_UTF8: ['bytes'],
  INVALID_JSON: ['bytes'],
  RECORD_TOO_LARGE: ['bytes'],
  MISSING_REQUIRED_FIELD: ['envelope', 'payload'],
  INVALID_SCHEMA: ['envelope', 'payload'],
  UNKNOWN_EVENT_TYPE: ['type'],
  UNSUPPORTED_VERSION: ['type'],
  RETRIES_EXHAUSTED: ['handler'],
  HANDLER_REJECTED: ['handler'],
} as const satisfies Record<string, readonly Stage[]>;

export type FailureCode = keyof typeof stagesByCode;
