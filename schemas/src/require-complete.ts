import { eventVersions } from './generated/events.ts';
import type { Contract } from './load-contract.ts';
import { SchemaLoadError } from './schema-load-error.ts';

const generate = 'run `node schemas/src/generate-types.ts`';

/**
 * Throws `SchemaLoadError` unless every schema has its generated type and its part (a handler, a sample) in `parts`, by
 * event type, and every generated type its schema: an event type is added in all places or in none. Asked at the start.
 */
export function requireComplete(
  contract: Contract,
  kind: 'handler' | 'sample',
  parts: Readonly<Record<string, unknown>>,
): void {
  const generated: Readonly<Record<string, readonly string[]>> = eventVersions;
  for (const [eventType, versions] of contract.payloads) {
    for (const [eventVersion, { file }] of versions) {
      const types = Object.hasOwn(generated, eventType) ? generated[eventType] : [];
      if (!types?.includes(eventVersion))
        throw new SchemaLoadError(file, `has no generated type: ${generate}`);
      if (!Object.hasOwn(parts, eventType)) throw new SchemaLoadError(file, `${eventType} has no ${kind}`);
    }
  }
  for (const [eventType, versions] of Object.entries(generated)) {
    for (const eventVersion of versions) {
      if (contract.payloads.get(eventType)?.has(eventVersion)) continue;
      const reason = `the schema of version ${eventVersion} is missing, but there is a generated type: ${generate}`;
      throw new SchemaLoadError(`payload/${eventType}`, reason);
    }
  }
}
