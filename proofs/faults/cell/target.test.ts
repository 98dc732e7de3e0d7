import { expect, test } from 'vitest';
import { fingerprint } from '../fingerprint.ts';
import { startTarget } from './target.ts';

test('the target knows each body that it took, by its fingerprint, and none that it refused', async () => {
  const target = await startTarget((eventId) => (eventId === 'e1' ? 400 : null));
  // Of more than one piece.
  const body = 'x'.repeat(200_000);
  for (const eventId of ['e0', 'e1'])
    await fetch(target.url, { method: 'POST', headers: { 'idempotency-key': eventId }, body });
  await target.shut();
  expect(target.taken).toMatchObject([{ eventId: 'e0', fingerprint: fingerprint(Buffer.from(body)) }]);
});
