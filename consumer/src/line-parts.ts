import { jsonString } from '@event-pipeline/runtime/json-string.ts';
import { createPlaceMemory } from '@event-pipeline/schemas/place-memory.ts';

/** The beginning of a line, up to its correlation id; made once a millisecond. */
export function createLineStart(level: 'info' | 'warn'): () => Buffer {
  let bytes = Buffer.alloc(0);
  let madeAtMs = 0;
  return () => {
    const nowMs = Date.now();
    if (nowMs !== madeAtMs) {
      const time = new Date(nowMs).toISOString();
      bytes = Buffer.from(`{"level":"${level}","time":"${time}","service":"consumer","correlationId":`);
      madeAtMs = nowMs;
    }
    return bytes;
  };
}

/** The middle of a line, up to the offset. */
export const createPlace = () =>
  createPlaceMemory((topic, partition) =>
    Buffer.from(`,"topic":${jsonString(topic)},"partition":${partition},"offset":`),
  );
