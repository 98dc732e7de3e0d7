import { expect } from 'vitest';
import { withAdmin } from '../../broker/test/kafka.ts';
import type { FaultProxy } from './kafkajs/fault-proxy.ts';

export const CREATE_TOPICS = 19;
const TOPIC_AUTHORIZATION_FAILED = 29;

/** A CreateTopics answer has its first error code behind length, correlation id, throttle time, one topic's name. */
export function refused(frame: Buffer, code: number): Buffer {
  frame.writeInt16BE(code, 18 + frame.readInt16BE(16));
  return frame;
}

/**
 * Who comes through the proxy may not create this topic, as long as its judge stays. The broker has created it when its answer
 * says that this was not allowed: it is deleted again, and the answer waits
 * until nobody sees it any more.
 */
export function forbidCreation(proxy: FaultProxy, topic: string): void {
  proxy.judge = async (apiKey, frame) => {
    if (apiKey !== CREATE_TOPICS) return 'pass';
    await withAdmin(async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await expect.poll(async () => await admin.listTopics(), { timeout: 10_000 }).not.toContain(topic);
    });
    return refused(frame, TOPIC_AUTHORIZATION_FAILED);
  };
}
