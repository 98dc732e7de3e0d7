import { expect, test } from 'vitest';
import { addresses, topicName, topicNames } from '../src/kafka-settings.ts';
import {
  decimal,
  httpUrl,
  logLevel,
  optionalWholeNumber,
  port,
  ratio,
  seconds,
  text,
  wholeNumber,
} from '../src/setting-kinds.ts';
import { describeProblems, readEnvironment, type Setting } from '../src/settings.ts';

function read<T>(setting: Setting<T>, value?: string): T | 'wrong' {
  const environment = value === undefined ? {} : { [setting.variable]: value };
  const reading = readEnvironment({ it: setting }, environment);
  return reading.ok ? reading.settings.it : 'wrong';
}

const wrongNumbers = ['', ' ', '1e3', '0x10', 'Infinity', 'NaN', ' 5', '5 ', '+5', '-1', '1,5', '1_000', '٣'];

test.each(wrongNumbers)('no kind of number takes %j', (value) => {
  expect(read(wholeNumber('X', { min: 0, default: '7' }), value)).toBe('wrong');
  expect(read(seconds('X', { min: 0, default: '7' }), value)).toBe('wrong');
  expect(read(decimal('X', { min: 0, default: '7' }), value)).toBe('wrong');
});

test('whole numbers are whole, within their bounds, and exact', () => {
  const setting = wholeNumber('X', { min: 1, max: 9_007_199_254_740_991, default: '100' });
  expect(read(setting)).toBe(100);
  expect(read(setting, '1')).toBe(1);
  expect(read(setting, '0')).toBe('wrong');
  expect(read(setting, '1.5')).toBe('wrong');
  expect(read(setting, '1.0')).toBe('wrong');
  expect(read(wholeNumber('X', { default: '1' }), '9007199254740993')).toBe('wrong');
});

test('seconds take decimals and are read as milliseconds', () => {
  const setting = seconds('X', { min: 0.01, max: 60, default: '1.0' });
  expect(read(setting)).toBe(1_000);
  expect(read(setting, '1.1')).toBe(1_100);
  expect(read(setting, '.5')).toBe(500);
  expect(read(setting, '0.01')).toBe(10);
  expect(read(setting, '0.009')).toBe('wrong');
  expect(read(setting, '60.001')).toBe('wrong');
  expect(read(seconds('X', { above: 0, default: '1' }), '0')).toBe('wrong');
  expect(read(seconds('X', { min: 0, default: '1' }), '0')).toBe(0);
});

test('a time that no timer could take is one that a timer can take', () => {
  const ms = read(seconds('X', { above: 0, default: '1' }), '99999999999');
  expect(ms).toBe(2 ** 30);
});

test('a blank value is unset where there is no default, and wrong elsewhere', () => {
  expect(read(httpUrl('X'), '')).toBeNull();
  expect(read(httpUrl('X'), '  ')).toBeNull();
  expect(read(httpUrl('X'))).toBeNull();
  expect(read(optionalWholeNumber('X', { min: 0 }), '')).toBeNull();
  expect(read(optionalWholeNumber('X', { min: 0 }), '0')).toBe(0);
  expect(read(text('X', { default: 'a' }), '')).toBe('wrong');
  expect(read(text('X', { default: 'a' }), '\t')).toBe('wrong');
  expect(read(text('X', { default: 'a' }))).toBe('a');
  expect(read(topicNames('X', { default: 'a' }), '')).toBe('wrong');
  expect(read(addresses('X', { default: 'a:1' }), '')).toBe('wrong');
  expect(read(logLevel('X', { default: 'INFO' }), '')).toBe('wrong');
});

test('levels are taken in any case, WARNING as WARN', () => {
  const setting = logLevel('X', { default: 'INFO' });
  expect(read(setting)).toBe('info');
  expect(read(setting, 'Debug')).toBe('debug');
  expect(read(setting, 'WARNING')).toBe('warn');
  expect(read(setting, 'warn')).toBe('warn');
  expect(read(setting, 'loud')).toBe('wrong');
  expect(read(setting, 'constructor')).toBe('wrong');
});

test('ports and ratios keep to their bounds', () => {
  expect(read(port('X', { default: '8000' }), '0')).toBe(0);
  expect(read(port('X', { default: '8000' }), '65535')).toBe(65_535);
  expect(read(port('X', { default: '8000' }), '65536')).toBe('wrong');
  expect(read(ratio('X', { default: '0' }), '0.05')).toBe(0.05);
  expect(read(ratio('X', { default: '0' }), '1')).toBe(1);
  expect(read(ratio('X', { default: '0' }), '1.01')).toBe('wrong');
});

test('topic names are those that a broker takes', () => {
  const names = topicNames('X', { default: 'a' });
  expect(read(names, 'a.b_c-1,B')).toEqual(['a.b_c-1', 'B']);
  for (const wrong of ['a,a', 'a,', ',', 'a b', 'ü', '.', '..', 'x'.repeat(250), 'a/b']) {
    expect([wrong, read(names, wrong)]).toEqual([wrong, 'wrong']);
  }
  expect(read(topicName('X', { default: 'DLQ' }), 'x'.repeat(249))).toBe('x'.repeat(249));
  expect(read(topicName('X', { default: 'DLQ' }), 'a,b')).toBe('wrong');
});

test('addresses are host:port', () => {
  const setting = addresses('X', { default: 'localhost:9092' });
  expect(read(setting, 'kafka:9093,10.0.0.1:9092,b-1.example.com:9094')).toHaveLength(3);
  expect(read(setting, '[::1]:9092')).toEqual(['[::1]:9092']);
  for (const wrong of [
    'kafka',
    'kafka:',
    ':9092',
    'kafka:0',
    'kafka:65536',
    'http://kafka:9092',
    'a:1,,b:2',
  ]) {
    expect([wrong, read(setting, wrong)]).toEqual([wrong, 'wrong']);
  }
});

test('URLs are http or https', () => {
  expect(read(httpUrl('X'), 'https://u:p@example.com:8443/in?x=1')).toBeInstanceOf(URL);
  for (const wrong of ['ftp://example.com', 'example.com', 'http://', 'javascript:alert(1)', '/in']) {
    expect([wrong, read(httpUrl('X'), wrong)]).toEqual([wrong, 'wrong']);
  }
});

const pair = {
  topics: topicNames('TOPICS', { default: 'a,b' }),
  deadLetterTopic: topicName('DLQ_TOPIC', { default: 'DLQ' }),
  retries: wholeNumber('RETRIES', { min: 0, default: '3' }),
};
const apart = {
  needs: ['topics', 'deadLetterTopic'] as const,
  blames: 'deadLetterTopic' as const,
  holds: (values: { topics: string[]; deadLetterTopic: string }) =>
    !values.topics.includes(values.deadLetterTopic),
  rule: 'not be one of the input topics: letters would be read as events',
};

test('all problems are reported at once, those across settings too', () => {
  const reading = readEnvironment(pair, { DLQ_TOPIC: 'a', RETRIES: '-1' }, [apart]);
  expect(reading).toEqual({
    ok: false,
    problems: [
      { variable: 'RETRIES', value: '"-1"', rule: 'must be a whole number of at least 0' },
      {
        variable: 'DLQ_TOPIC',
        value: '"a"',
        rule: 'must not be one of the input topics: letters would be read as events',
      },
    ],
  });
});

test('a rule across settings is not looked at where one of them could not be read', () => {
  const reading = readEnvironment(pair, { TOPICS: 'a,,', DLQ_TOPIC: 'a' }, [apart]);
  expect(reading.ok ? [] : reading.problems.map(({ variable }) => variable)).toEqual(['TOPICS']);
});

test('what is printed names variable, value and rule, and no credential', () => {
  const table = { url: httpUrl('URL'), brokers: addresses('BROKERS', { default: 'a:1' }) };
  const reading = readEnvironment(table, {
    URL: 'ftp://me:p@ss@example.com/?token=secret',
    BROKERS: 'me:pass@kafka:9092\n',
  });
  const printed = reading.ok ? '' : describeProblems('consumer', reading.problems);
  expect(printed).toContain("consumer can't start: 2 settings are wrong");
  expect(printed).toContain('URL is "ftp://***@example.com/?***": it must be an http or https URL');
  expect(printed).toContain('BROKERS is "***@kafka:9092\\n": it must be host:port');
  expect(printed).not.toMatch(/p@ss|pass|secret|me:/);
});
