import { expect, test } from 'vitest';
import { forwardTarget, isForwardUrl } from '../src/forward-target.ts';

test.each([
  'http://a',
  'https://a.example:8443/x?y=1',
  'http://[::1]:80/',
  'http://u:p%40ss@a/',
  'HTTP://A/',
])('%s can be FORWARD_URL', (text) => {
  expect(isForwardUrl(text)).toBe(true);
});

test.each([
  '',
  'a',
  'a.example/x',
  '//a/x',
  'ftp://a/',
  'file:///x',
  'http://',
  'http://a:99999/',
  'http://u%zz@a/',
])('%j cannot be FORWARD_URL', (text) => {
  expect(isForwardUrl(text)).toBe(false);
});

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
