import { internals } from './internals.ts';
import './apply.ts';

/** What went wrong with Kafka, in the terms that decisions are made in. */
export interface Fault {
  /** An error code's name in kafkajs's spelling, or NETWORK, TLS, BROKER_NOT_FOUND, UNEXPECTED. */
  readonly type: string;
  /** A later try may succeed without anyone doing anything. */
  readonly retriable: boolean;
  /** No usable answer came from a broker: refused, lost, silent. */
  readonly network: boolean;
  /** The broker refused who we are, or we refused who it is (SASL, TLS). */
  readonly credentials: boolean;
  readonly message: string;
}

/** An error that already carries its {@link Fault}. */
export class KafkaFaultError extends Error {
  override readonly name: string = 'KafkaFaultError';
  readonly fault: Fault;

  constructor(fault: Fault, options: { cause?: unknown } = {}) {
    super(fault.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.fault = fault;
  }
}

interface Facts {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly retriable?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly message?: unknown;
}

const CREDENTIAL_TYPES = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'ILLEGAL_SASL_STATE',
  'UNSUPPORTED_SASL_MECHANISM',
]);
/** Node's and OpenSSL's names for a certificate that one side does not take. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;
/** An unexpected fault of the broker (−1) or a code from the future: who does not know waits and tries again. */
const UNCLEAR_TYPES = new Set(['UNKNOWN', 'KAFKAJS_UNKNOWN_ERROR_CODE']);
const NETWORK_NAMES = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSLockTimeout',
]);
const LAYOUT_NAMES = new Set([
  'KafkaJSBrokerNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSGroupCoordinatorNotFound',
]);
const WRAPPERS_MAX = 10;

/** Reads any error that came out of kafkajs or of this folder, through the errors that wrap it. Never throws. */
export function faultOf(error: unknown): Fault {
  let current: unknown = error;
  for (let depth = 0; depth < WRAPPERS_MAX; depth += 1) {
    if (current instanceof KafkaFaultError) return current.fault;
    const fault = readFault(factsOf(current));
    if (fault !== null) return fault;
    current = innerOf(factsOf(current));
    if (current === undefined || current === null) break;
  }
  return makeFault('UNEXPECTED', messageOf(error));
}

/** The name of a protocol error code: NONE for 0. */
export function protocolErrorName(code: number): string {
  if (code === 0) return 'NONE';
  return (
    internals.errorCodes.find((known) => known.code === code)?.type ?? `KAFKAJS_UNKNOWN_ERROR_CODE_${code}`
  );
}

/** The fault that a protocol error code stands for; null for 0. */
export function faultOfCode(code: number): Fault | null {
  return code === 0 ? null : faultOf(internals.createErrorFromCode(code));
}

/** Whether a broker has no room for a record or a batch of that size. */
export function isTooLarge(type: string): boolean {
  return type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE';
}

/** Builds a fault of our own; what is not said is false. */
export function makeFault(
  type: string,
  message: string,
  facts: Partial<Pick<Fault, 'retriable' | 'network' | 'credentials'>> = {},
): Fault {
  return { type, retriable: false, network: false, credentials: false, message, ...facts };
}

function readFault(facts: Facts): Fault | null {
  const message = messageOf(facts);
  if (typeof facts.type === 'string' && facts.name !== 'Error') {
    const credentials = CREDENTIAL_TYPES.has(facts.type);
    const retriable = facts.retriable === true || UNCLEAR_TYPES.has(facts.type);
    return makeFault(facts.type, message, { retriable, credentials });
  }
  if (typeof facts.name !== 'string') return null;
  if (facts.name === 'KafkaJSSASLAuthenticationError') {
    return makeFault('SASL_AUTHENTICATION_FAILED', message, { credentials: true });
  }
  if (facts.name === 'KafkaJSServerDoesNotSupportApiKey') return makeFault('UNSUPPORTED_VERSION', message);
  if (typeof facts.code === 'string' && TLS_CODE.test(facts.code)) {
    return makeFault('TLS', message, { credentials: true });
  }
  if (NETWORK_NAMES.has(facts.name)) return makeFault('NETWORK', message, { retriable: true, network: true });
  if (LAYOUT_NAMES.has(facts.name)) return makeFault('BROKER_NOT_FOUND', message, { retriable: true });
  return null;
}

function factsOf(error: unknown): Facts {
  return typeof error === 'object' && error !== null ? error : {};
}

function innerOf({ cause, errors }: Facts): unknown {
  return Array.isArray(errors) ? (errors as unknown[])[0] : cause;
}

function messageOf(error: unknown): string {
  const { message } = factsOf(error);
  if (typeof message === 'string') return message;
  return typeof error === 'object' && error !== null ? 'an error without a message' : String(error);
}
