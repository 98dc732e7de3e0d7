import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runJavaProgram } from '../../../broker/test/java-program.ts';
import type { ForeignRecord } from './records.ts';

export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

export interface Send extends Partition {
  readonly record: ForeignRecord;
}

/** `by` names a producer. */
export type Step =
  | { readonly do: 'producer'; readonly by: string; readonly settings: Readonly<Record<string, string>> }
  | { readonly do: 'flush' | 'begin' | 'commit' | 'abort'; readonly by: string }
  | (Send & { readonly do: 'send'; readonly by: string })
  | (Partition & { readonly do: 'delete'; readonly before: number })
  /** `first`: wait until the partition begins there. */
  | (Partition & { readonly do: 'read'; readonly first?: number });

/** A record that Kafka acknowledged. */
export interface Sent extends Send {
  readonly offset: number;
  readonly timestampMs: number;
}

/** What a client of read_committed sees of a partition. */
export interface Seen extends Partition {
  readonly visible: readonly number[];
  readonly start: number;
  readonly stableEnd: number;
}

const program = path.join(import.meta.dirname, 'JavaClient.java');

/** Runs the plan with Kafka's own client. Transactions that it leaves open stay open. */
export async function withJavaClient(
  bootstrap: string,
  steps: readonly Step[],
): Promise<{ sent: Sent[]; seen: Seen[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plan-'));
  try {
    const plan = path.join(folder, 'plan');
    writeFileSync(plan, steps.map((step, id) => `${JSON.stringify(written(step, id))}\n`).join(''));
    return answers(await runJavaProgram(program, [bootstrap, plan]), steps);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function written(step: Step, id: number): object {
  if (step.do !== 'send') return step;
  const { key, value, headers, timestampMs } = step.record;
  return {
    do: 'send',
    by: step.by,
    id,
    topic: step.topic,
    partition: step.partition,
    key: base64(key),
    value: base64(value),
    headers: headers.map(([name, bytes]) => [base64(name), base64(bytes)]),
    timestamp: timestampMs,
  };
}

function base64(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString('base64');
}

function answers(output: string, steps: readonly Step[]): { sent: Sent[]; seen: Seen[] } {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  const said = lines.map((line) => JSON.parse(line) as Record<string, number>);
  const sent = said
    .filter((answer) => 'id' in answer)
    .map(({ id, offset, timestamp }) => {
      const { topic, partition, record } = steps[id as number] as Send;
      return { topic, partition, record, offset: offset as number, timestampMs: timestamp as number };
    });
  return { sent, seen: said.filter((answer) => 'visible' in answer) as unknown as Seen[] };
}
