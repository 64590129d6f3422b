import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_TEXT, keyPrefix, mayGrant, rotatedSecrets, verifyKey } from '../../../lambdas/access/api-key.ts';
import { hashOfText } from '../../../lambdas/access/bearer-text.ts';
import { mayUse, SCOPES, type Scope } from '../../../lambdas/access/scopes.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const HOUR_MS = 3_600_000;
const at = (offset: number): string => new Date(NOW + offset).toISOString();

const address = { id: 'key_01ARZ3NDEKTSV4RRFFQ69G5FAV', tenant: 'ten_01BX5ZZKBKACTAV9WEVGEMMVRZ' };
const text = KEY_TEXT.write(address, Buffer.alloc(32, 7));

describe('the text of a key', () => {
  it('says where the key is stored, and begins with what may be shown of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (random) => {
        const made = KEY_TEXT.write(address, random);
        expect(KEY_TEXT.parse(made)).toEqual(address);
        expect(made.startsWith(`${keyPrefix(address.id)}_`)).toBe(true);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['another prefix', text.replace('phk_', 'whsec_')],
    ['a short secret', text.slice(0, -1)],
    ['a long secret', `${text}A`],
    ['a line more', `${text}\n`],
    ['no secret', text.slice(0, text.lastIndexOf('_'))],
    ['lower case', text.toLowerCase()],
    ['no ULID', text.replace('01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAU')],
    ['a key of another table', text.replace('01BX5ZZKBKACTAV9WEVGEMMVRZ', 'tenant#01BX5ZZKBKACTAV9WEV')],
  ])('is refused with %s', (_, wrong) => expect(KEY_TEXT.parse(wrong)).toBeUndefined());

  it('is refused, whatever it is, without ever failing', () => {
    fc.assert(fc.property(fc.string(), (any) => KEY_TEXT.parse(any) === undefined));
  });
});

describe('a key is good', () => {
  const hash = hashOfText(text);
  const other = hashOfText(`${text.slice(0, -1)}B`);
  const createdAt = at(-HOUR_MS);

  it.each<[string, Parameters<typeof verifyKey>[0], boolean]>([
    ['when it is the stored one', { secrets: [{ hash, createdAt }] }, true],
    ['not when it is another', { secrets: [{ hash: other, createdAt }] }, false],
    ['not when there is none', { secrets: [] }, false],
    ['not when what is stored is no hash', { secrets: [{ hash: '', createdAt }] }, false],
    ['before its end', { secrets: [{ hash, createdAt }], expiresAt: at(1) }, true],
    ['not from its end on', { secrets: [{ hash, createdAt }], expiresAt: at(0) }, false],
    ['not with an end that can not be read', { secrets: [{ hash, createdAt }], expiresAt: 'soon' }, false],
    [
      'while it is being replaced',
      {
        secrets: [
          { hash: other, createdAt },
          { hash, createdAt, expiresAt: at(1) },
        ],
      },
      true,
    ],
    [
      'not after it was replaced',
      {
        secrets: [
          { hash: other, createdAt },
          { hash, createdAt, expiresAt: at(0) },
        ],
      },
      false,
    ],
    [
      'not as a replaced one of a key that is over',
      {
        secrets: [
          { hash: other, createdAt },
          { hash, createdAt, expiresAt: at(1) },
        ],
        expiresAt: at(0),
      },
      false,
    ],
  ])('%s', (_, stored, expected) => expect(verifyKey(stored, text, NOW)).toBe(expected));
});

describe('a rotation', () => {
  const first = [{ hash: hashOfText('first'), createdAt: at(-HOUR_MS) }];

  it('lets the key before work until the overlap is over', () => {
    const secrets = rotatedSecrets(first, 'second', NOW, 24);
    expect(secrets).toEqual([
      { hash: hashOfText('second'), createdAt: at(0) },
      { ...first[0], expiresAt: at(24 * HOUR_MS) },
    ]);
    expect(verifyKey({ secrets }, 'first', NOW + 24 * HOUR_MS - 1)).toBe(true);
    expect(verifyKey({ secrets }, 'first', NOW + 24 * HOUR_MS)).toBe(false);
    expect(verifyKey({ secrets }, 'second', NOW + 48 * HOUR_MS)).toBe(true);
  });

  it('without an overlap ends the key before at once', () => {
    expect(rotatedSecrets(first, 'second', NOW, 0).map(({ hash }) => hash)).toEqual([hashOfText('second')]);
  });

  it('that is done again changes nothing', () => {
    const once = rotatedSecrets(first, 'second', NOW, 24);
    expect(rotatedSecrets(once, 'second', NOW + 1, 24)).toEqual(once);
  });

  it('never leaves more than two', () => {
    const twice = rotatedSecrets(rotatedSecrets(first, 'second', NOW, 168), 'third', NOW + 1, 168);
    expect(twice.map(({ hash }) => hash)).toEqual([hashOfText('third'), hashOfText('second')]);
  });
});

it('can grant only the scopes of the credential that grants', () => {
  const scopes = fc.uniqueArray(fc.constantFrom<Scope>(...SCOPES), { minLength: 1 });
  fc.assert(
    fc.property(scopes, scopes, fc.constantFrom<Scope>(...SCOPES), (own, granted, needed) => {
      if (mayGrant(own, granted) && mayUse(granted, needed)) expect(mayUse(own, needed)).toBe(true);
      if (granted.includes('admin')) expect(mayGrant(own, granted)).toBe(own.includes('admin'));
    }),
  );
});
