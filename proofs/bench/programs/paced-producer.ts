// Sends 1,000 events a second, each by itself and with the time of its sending in it.
import kafkajs from 'kafkajs';
import { makeEvents } from '../events.ts';
import { clockUs, readTask } from './subject.ts';

const EVENTS_PER_MS = 1;
const task = readTask();
const { Kafka, logLevel } = kafkajs;
const kafka = new Kafka({ clientId: 'paced', brokers: task.bootstrap.split(','), logLevel: logLevel.ERROR });
const producer = kafka.producer();
const events = makeEvents({ count: task.total, valueBytes: 380 }).map(({ key, value }) => ({
  key,
  start: `${value.slice(0, -2)},"sentAtUs":`,
}));
await producer.connect();
let sent = 0;

function send(): void {
  const { key, start } = events[sent] as (typeof events)[number];
  sent += 1;
  const value = `${start}${clockUs()}}}`;
  producer.send({ topic: task.topic, messages: [{ key, value }] }).catch((error: unknown) => {
    throw error;
  });
}

process.on('message', () => {
  const startedAtUs = clockUs();
  const timer = setInterval(() => {
    const due = Math.min(task.total, Math.floor(((clockUs() - startedAtUs) / 1000) * EVENTS_PER_MS));
    while (sent < due) send();
    if (sent === task.total) clearInterval(timer);
  }, 1);
});
process.send?.('ready');
