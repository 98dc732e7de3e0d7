import { expect, onTestFinished, test } from 'vitest';
import { makeWorkingCopy } from './working-copy.ts';

const file = 'schemas/payload/user-deleted.json';

test.each([
  { what: 'not JSON', text: '{"type": ' },
  { what: 'no schema', text: '{"type": "no-such-type"}' },
])(
  'a schema file that is $what stops both services: file and reason, no stack trace, exit 78',
  async ({ text }) => {
    const copy = makeWorkingCopy();
    onTestFinished(copy.remove);
    await copy.follow([{ kind: 'file', file, text }]);
    for (const service of ['producer', 'consumer'] as const) {
      const { code, output } = await copy.start(service, 'waiting for the topics');
      expect(code).toBe(78);
      expect(output).toContain('SCHEMA_LOAD_ERROR');
      expect(output).toContain('user-deleted.json');
      expect(output).not.toMatch(/^\s+at /m);
    }
  },
);
