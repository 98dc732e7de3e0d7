import type { ErrorObject } from 'ajv';
import type { FailureCode, Stage } from './codes.ts';
import type { CompiledSchema } from './compile-schema.ts';
import { envelopeCorrelationId } from './correlation.ts';

/** Why a record is not an event. All of it may be shown: no value of a payload is in it. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly stage: Exclude<Stage, 'handler'>;
  readonly code: FailureCode;
  /** A sentence. */
  readonly reason: string;
  /** JSON Pointer (RFC 6901) into the record's value; it names the missing field where one is missing. */
  readonly pointer: string | null;
  /** The schema that refused, relative to the folder of the schemas. */
  readonly schema: string | null;
  readonly eventId: string | null;
  readonly eventType: string | null;
  /** The envelope's; headers come before it (see correlation.ts). */
  readonly correlationId: string | null;
}

/** What is known of a record whose value is JSON, whatever else is wrong with it. */
type Known = Pick<Refusal, 'eventId' | 'eventType' | 'correlationId'>;

/** A refusal before anything could be read. */
export function refuseBytes(code: FailureCode, reason: string): Refusal {
  const known: Known = { eventId: null, eventType: null, correlationId: null };
  return { kind: 'refusal', stage: 'bytes', code, reason, pointer: null, schema: null, ...known };
}

/** A refusal for the sake of `eventType` or `eventVersion`. */
export function refuseType(
  body: unknown,
  code: 'UNKNOWN_EVENT_TYPE' | 'UNSUPPORTED_VERSION',
  reason: string,
): Refusal {
  const pointer = code === 'UNKNOWN_EVENT_TYPE' ? '/eventType' : '/eventVersion';
  return { kind: 'refusal', stage: 'type', code, reason, pointer, schema: null, ...knownOf(body) };
}

/**
 * A refusal by a schema. `root` is the JSON Pointer of the checked part. Run only once a schema has refused, so it may
 * look twice: a missing field is reported before a wrong one.
 */
export function refuseBySchema(
  body: unknown,
  stage: 'envelope' | 'payload',
  compiled: CompiledSchema,
  root: '' | '/payload',
  checked: unknown,
): Refusal {
  const { file: schema } = compiled;
  const error = firstError(compiled, checked);
  const known = knownOf(body);
  if (error === null) {
    const reason = 'The value is nested too deeply or is too long to be checked.';
    return { kind: 'refusal', stage, code: 'INVALID_SCHEMA', reason, pointer: root, schema, ...known };
  }
  const missing: unknown = error.params['missingProperty'];
  if (typeof missing === 'string') {
    const pointer = `${root}${error.instancePath}/${escapePointer(missing)}`;
    const reason = `The required field ${readable(pointer)} is missing.`;
    return { kind: 'refusal', stage, code: 'MISSING_REQUIRED_FIELD', reason, pointer, schema, ...known };
  }
  const pointer = root + error.instancePath;
  const subject = pointer === '' ? 'The value' : `The field ${readable(pointer)}`;
  const reason = `${subject} ${error.message ?? 'is wrong'}.`;
  return { kind: 'refusal', stage, code: 'INVALID_SCHEMA', reason, pointer, schema, ...known };
}

function firstError({ validate, findMissing }: CompiledSchema, checked: unknown): ErrorObject | null {
  try {
    if (!findMissing(checked)) return findMissing.errors?.[0] ?? null;
    // An alternative's own errors come before the error that says that no alternative fits.
    return validate(checked) ? null : (validate.errors?.at(-1) ?? null);
  } catch {
    return null;
  }
}

function knownOf(body: unknown): Known {
  if (typeof body !== 'object' || body === null)
    return { eventId: null, eventType: null, correlationId: null };
  const { eventId, eventType } = body as Readonly<Record<string, unknown>>;
  return {
    eventId: typeof eventId === 'string' ? eventId : null,
    eventType: typeof eventType === 'string' ? eventType : null,
    correlationId: envelopeCorrelationId(body),
  };
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Where a schema speaks of fields of any name, a pointer holds text of the record, of any length. */
function readable(pointer: string): string {
  return pointer.length <= 200 ? pointer : `${pointer.slice(0, 200)}…`;
}
