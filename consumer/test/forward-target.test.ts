import { expect, test } from 'vitest';
import { forwardTarget } from '../src/forward-target.ts';

test('credentials become a header and stay out of the name', () => {
  const target = forwardTarget('https://us%20er:p%C3%A4ss@a.example:8443/in/events?key=secret#part');
  expect(target).toEqual({
    origin: 'https://a.example:8443',
    path: '/in/events?key=secret',
    authorization: `Basic ${Buffer.from('us er:päss').toString('base64')}`,
    name: 'https://a.example:8443',
  });
});

test('without credentials there is no such header', () => {
  expect(forwardTarget('http://a')).toEqual({
    origin: 'http://a',
    path: '/',
    authorization: null,
    name: 'http://a',
  });
});

test('a percent sign that encodes nothing is meant as it stands', () => {
  expect(forwardTarget('http://u:50%off@a/').authorization).toBe(
    `Basic ${Buffer.from('u:50%off').toString('base64')}`,
  );
});

test('an address in brackets, a port that goes without saying', () => {
  expect(forwardTarget('http://[::1]:80/x')).toMatchObject({ origin: 'http://[::1]', path: '/x' });
});
