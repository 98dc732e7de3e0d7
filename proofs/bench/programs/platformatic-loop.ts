// The same loop with @platformatic/kafka: a stream of messages, JSON.parse, Ajv, auto-commit. It commits what it has
// handed out, so what counts here is what was worked on.
import { Consumer, MessagesStreamModes, stringDeserializers } from '@platformatic/kafka';
import { Marks, readTask } from './subject.ts';
import { noteArrival } from './timed-handler.ts';
import { parseAndValidate } from './validate.ts';

const task = readTask();
const marks = new Marks(task);
const consumer = new Consumer({
  clientId: 'platformatic-loop',
  groupId: task.groupId,
  bootstrapBrokers: task.bootstrap.split(','),
  deserializers: stringDeserializers,
});
const stream = await consumer.consume({
  topics: [task.topic],
  mode: MessagesStreamModes.EARLIEST,
  autocommit: true,
});
let count = 0;
stream.on('data', ({ value }) => {
  const event = parseAndValidate(value);
  if (event !== null && task.handler === 'timed') noteArrival(event.payload.sentAtUs ?? 0, task.total);
  count += 1;
  marks.reached(count);
});
