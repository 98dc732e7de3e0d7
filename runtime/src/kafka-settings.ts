import { z } from 'zod';
import { setting, type Setting } from './settings.ts';

const list = z.string().transform((text) => text.split(',').map((item) => item.trim()));

// A host name, an IPv4 address, or an IPv6 address in brackets; then the port.
const addressForm = /^(?<host>[a-z0-9_]([a-z0-9._-]*[a-z0-9_.])?|\[[0-9a-f:.]+\]):(?<port>\d{1,5})$/i;

function isAddress(text: string): boolean {
  const port = Number(addressForm.exec(text)?.groups?.['port']);
  return port >= 1 && port <= 65_535;
}

/** Addresses of brokers: `host:port`, comma-separated. */
export function addresses(variable: string, options: { readonly default: string }): Setting<string[]> {
  const schema = list.pipe(z.array(z.string().refine(isAddress)));
  return setting(variable, 'host:port, or several of them with commas between', options.default, schema);
}

// What a broker takes: Kafka's own `Topic.validate`.
const topicForm = /^[a-zA-Z0-9._-]{1,249}$/;
const topicRule = 'of 1 to 249 letters, digits, ".", "_" or "-", not "." or ".."';

function isTopicName(name: string): boolean {
  return topicForm.test(name) && name !== '.' && name !== '..';
}

/** One legal name of a topic. */
export function topicName(variable: string, options: { readonly default: string }): Setting<string> {
  return setting(variable, `a topic name ${topicRule}`, options.default, z.string().refine(isTopicName));
}

/** Legal names of topics, comma-separated, none of them twice. */
export function topicNames(variable: string, options: { readonly default: string }): Setting<string[]> {
  const schema = list
    .pipe(z.array(z.string().refine(isTopicName)))
    .refine((names) => new Set(names).size === names.length);
  const rule = `topic names ${topicRule}, with commas between and none twice`;
  return setting(variable, rule, options.default, schema);
}
