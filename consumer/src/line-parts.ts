import { jsonString } from '@event-pipeline/runtime/json-string.ts';
import type { Source } from './delivery.ts';

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

/** The middle of a line, up to the offset; made when another partition has its turn. */
export function createPlace(): (source: Source) => Buffer {
  let bytes = Buffer.alloc(0);
  let madeFor: Source | null = null;
  return (source) => {
    if (source !== madeFor) {
      bytes = Buffer.from(`,"topic":${jsonString(source.topic)},"partition":${source.partition},"offset":`);
      madeFor = source;
    }
    return bytes;
  };
}
