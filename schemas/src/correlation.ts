import { decodeText } from './decode-text.ts';
import type { RecordHeader } from './record-header.ts';

/** In the order in which they count. */
const names = ['correlation-id', 'correlation_id', 'correlationId', 'x-correlation-id'] as const;

/** What an event or a refusal says about its correlation. */
export interface CorrelationFacts {
  readonly correlationId?: unknown;
  readonly correlation_id?: unknown;
}

/**
 * The id under which a record is followed from end to end: a header, else the envelope's field, else the event's id;
 * the first that is non-empty and valid UTF-8. Null where there is none, which an event whose id is empty can have too.
 * `facts` is the event or the refusal.
 */
export function correlationIdOf(
  headers: readonly RecordHeader[],
  facts: CorrelationFacts | null,
  eventId: string | null,
): string | null {
  if (headers.length > 0) {
    const fromHeaders = correlationHeader(headers);
    if (fromHeaders !== null) return fromHeaders;
  }
  return (facts === null ? null : envelopeCorrelationId(facts)) ?? usable(eventId);
}

/** The envelope's `correlationId`, else its `correlation_id`; null where neither can be used. */
export function envelopeCorrelationId(body: CorrelationFacts): string | null {
  return usable(body.correlationId) ?? usable(body.correlation_id);
}

function correlationHeader(headers: readonly RecordHeader[]): string | null {
  for (const name of names) {
    for (const header of headers) {
      if (header.name !== name || header.value === null || header.value.length === 0) continue;
      const text = decodeText(header.value);
      if (text !== null) return text;
    }
  }
  return null;
}

/** JSON can hold lone surrogates, which UTF-8 cannot. */
function usable(id: unknown): string | null {
  return typeof id === 'string' && id !== '' && id.isWellFormed() ? id : null;
}
