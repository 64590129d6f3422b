import { expect, test } from 'vitest';
import { readBytes } from '../../../../console/parts/payload/read-bytes.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each<[string, Uint8Array, { text?: string; json?: { value: unknown } }]>([
  ['JSON', bytes('{"a":1}'), { text: '{"a":1}', json: { value: { a: 1 } } }],
  ['text', bytes('Grüße\n\t'), { text: 'Grüße\n\t' }],
  ['text with a mark at its beginning', bytes('\ufeff{}'), { text: '\ufeff{}' }],
  ['nothing', bytes(''), { text: '' }],
  ['bytes that are not UTF-8', new Uint8Array([0xff, 0xfe]), {}],
  ['bytes with control characters', new Uint8Array([0x61, 0x00]), {}],
])('%s is told apart', (_, payload, read) => expect(readBytes(payload)).toEqual(read));
