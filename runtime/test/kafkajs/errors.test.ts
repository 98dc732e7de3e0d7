import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import {
  faultOf,
  faultOfCode,
  KafkaFaultError,
  makeFault,
  protocolErrorName,
} from '../../src/kafkajs/errors.ts';
import { internals } from '../../src/kafkajs/internals.ts';

const { KafkaJSConnectionError } = internals.errors;

test.each([
  [27, { type: 'REBALANCE_IN_PROGRESS', network: false, credentials: false }],
  [16, { type: 'NOT_COORDINATOR_FOR_GROUP', retriable: true }],
  [10, { type: 'MESSAGE_TOO_LARGE', retriable: false }],
  [29, { type: 'TOPIC_AUTHORIZATION_FAILED', retriable: false, credentials: false }],
  [58, { type: 'SASL_AUTHENTICATION_FAILED', credentials: true }],
  [89, { type: 'THROTTLING_QUOTA_EXCEEDED', retriable: true }],
  [-1, { type: 'UNKNOWN', retriable: true }],
  [9999, { type: 'KAFKAJS_UNKNOWN_ERROR_CODE', retriable: true }],
])('code %i', (code, expected) => {
  expect(faultOfCode(code)).toMatchObject(expected);
});

test('no error is no fault', () => {
  expect(faultOfCode(0)).toBeNull();
  expect(protocolErrorName(0)).toBe('NONE');
  expect(protocolErrorName(1)).toBe('OFFSET_OUT_OF_RANGE');
  expect(protocolErrorName(9999)).toBe('KAFKAJS_UNKNOWN_ERROR_CODE_9999');
});

test('looks through the errors that wrap another', () => {
  const inner = new KafkaJSConnectionError('refused', { code: 'ECONNREFUSED' });
  const wrapped = new kafkajs.KafkaJSNumberOfRetriesExceeded(inner, { retryCount: 1, retryTime: 1 });
  const outer = new Error('could not start', { cause: new AggregateError([wrapped]) });
  expect(faultOf(outer)).toEqual(makeFault('NETWORK', 'refused', { retriable: true, network: true }));
  const own = makeFault('OWN', 'mine');
  expect(faultOf(new Error('outer', { cause: new KafkaFaultError(own) }))).toBe(own);
});

test.each(['SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
  'a certificate that is not taken (%s) is a matter of credentials, not of the network',
  (code) => {
    const fault = faultOf(new KafkaJSConnectionError('tls', { code }));
    expect(fault).toMatchObject({ type: 'TLS', credentials: true, network: false, retriable: false });
  },
);

test('anything else is a bug, and reading it never throws', () => {
  const loop: { cause?: unknown; message: string } = { message: 'round' };
  loop.cause = loop;
  for (const odd of [new TypeError('x'), null, undefined, 'text', 7, loop, Object.create(null)]) {
    expect(faultOf(odd)).toMatchObject({ type: 'UNEXPECTED', retriable: false, network: false });
  }
});
