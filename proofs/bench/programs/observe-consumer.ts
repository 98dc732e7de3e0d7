// Preloaded into the consumer: watches its commits from outside, and puts other handlers in where the case asks for it.
import { subscribe } from 'node:diagnostics_channel';
import { registerHooks } from 'node:module';
import { Committed, Marks, readTask } from './subject.ts';

interface CommitAnswered {
  readonly result: string;
  readonly entries: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
  }[];
}

const task = readTask();
const marks = new Marks(task);
const committed = new Committed();

subscribe('consumer:commit-answered', (message) => {
  const { result, entries } = message as CommitAnswered;
  if (result !== 'acknowledged') return;
  let sum = 0;
  for (const { topic, partition, offset } of entries) sum = committed.take(topic, partition, offset);
  marks.reached(sum);
});

if (task.handler !== 'nothing') {
  registerHooks({
    resolve: (specifier, context, next) =>
      /^\.\/handlers\/[a-z-]+\.ts$/.test(specifier)
        ? next(new URL('handlers.ts', import.meta.url).href, context)
        : next(specifier, context),
  });
}
