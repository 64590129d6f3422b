import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Header } from '../../../cli/verify/captured.ts';
import { runs } from '../../helpers/runs.ts';
import { pair, SCHEMES, SECONDS, withHeader } from './requests.ts';
import { given, MESSAGE, verdict } from './verdicts.ts';

describe('whatever the request (A16, A20)', () => {
  const anyScheme = fc.constantFrom(...SCHEMES);
  const body = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => Buffer.from(text)),
  );
  const bounds = { changes: 5e6, variants: 5e6, headers: 5e6, oneByte: 1e6 };

  it('verifies as it came, and never with one byte altered', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyScheme,
        body,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (scheme, bytes, at, by) => {
          fc.pre(bytes.length > 0);
          const message = { ...MESSAGE, body: bytes };
          expect(await verdict(scheme, { message })).toMatchObject({ verifies: true, problems: [] });
          const altered = Buffer.from(bytes);
          altered[at % bytes.length]! ^= by;
          const answer = await verdict(scheme, { message, body: altered, effort: bounds });
          expect(answer.verifies).toBe(false);
          expect(answer.problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('finds the byte that was altered in a small body', async () => {
    const text = fc.stringMatching(/^[a-z0-9 ]{1,60}$/);
    const letter = fc.stringMatching(/^[a-z0-9]$/);
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), letter, async (signed, place, by) => {
        const at = place % signed.length;
        const captured = `{"a":"${signed.slice(0, at)}${by}${signed.slice(at + 1)}"}`;
        const message = { ...MESSAGE, body: Buffer.from(`{"a":"${signed}"}`) };
        fc.pre(!message.body.equals(Buffer.from(captured)));
        const answer = await verdict('standard', {
          message,
          body: Buffer.from(captured),
          effort: { ...bounds, oneByte: 100e6 },
        });
        expect(answer.problems).toMatchObject([{ kind: 'altered_byte', change: 'replaced', at: at + 6 }]);
      }),
      { numRuns: runs(30) },
    );
  });

  it('never takes another secret, id or time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('standard' as const, 'ed25519' as const),
        fc.integer({ min: 2, max: 255 }),
        body,
        async (scheme, seed, bytes) => {
          const message = { ...MESSAGE, body: bytes };
          const secret = await verdict(scheme, {
            message,
            secrets: [given(pair(scheme, seed).endpoint)],
            effort: bounds,
          });
          expect(secret.verifies).toBe(false);
          for (const name of ['webhook-id', 'webhook-timestamp']) {
            const change = (headers: Header[]) => withHeader(headers, name, String(SECONDS + seed));
            expect((await verdict(scheme, { message, change, effort: bounds })).verifies).toBe(false);
          }
        },
      ),
      { numRuns: runs(20) },
    );
  });
});
