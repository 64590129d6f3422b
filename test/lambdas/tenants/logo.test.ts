import { describe, expect, it } from 'vitest';
import { logoProblem, MAX_LOGO_BYTES } from '../../../lambdas/tenants/logo.ts';

const uri = (type: string, bytes: Buffer | string): string =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');
const JPEG = Buffer.from('ffd8ffe000104a46', 'hex');
const WEBP = Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 ', 'latin1');
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

describe('a logo', () => {
  it.each<[string, string]>([
    ['a PNG', uri('image/png', PNG)],
    ['a JPEG', uri('image/jpeg', JPEG)],
    ['a WebP', uri('image/webp', WEBP)],
    ['an SVG, whatever is in it', uri('image/svg+xml', SVG)],
    ['an SVG behind a prolog', uri('image/svg+xml', `<?xml version="1.0"?><!-- x -->\n${SVG}`)],
    ['as large as may be', uri('image/png', Buffer.concat([PNG], MAX_LOGO_BYTES))],
  ])('can be %s', (_, text) => expect(logoProblem(text)).toBeUndefined());

  it.each<[string, string, RegExp]>([
    [
      'a byte too large',
      uri('image/png', Buffer.concat([PNG], MAX_LOGO_BYTES + 1)),
      /at most 32768 bytes, got 32769/,
    ],
    ['of another type than it says', uri('image/png', JPEG), /image\/png, as it says/],
    ['a page', uri('text/html', SVG), /data: URI/],
    ['a page that says it is a picture', uri('image/svg+xml', '<html><body>x'), /something else/],
    ['a GIF', uri('image/gif', 'GIF89a'), /data: URI/],
    ['an address', 'https://example.com/logo.png', /data: URI/],
    ['a script', 'javascript:alert(1)', /data: URI/],
    ['text', `data:image/svg+xml,${encodeURIComponent(SVG)}`, /base64/],
    ['of further parameters', `data:image/svg+xml;charset=utf-8;base64,${btoa(SVG)}`, /data: URI/],
    ['without padding', uri('image/png', PNG).replace(/=+$/, ''), /padding/],
    ['followed by something', `${uri('image/png', PNG)}"><script>`, /data: URI/],
    ['empty', 'data:image/png;base64,', /data: URI/],
    ['of a type that every object has', 'data:image/constructor;base64,AAAA', /data: URI/],
  ])('can’t be %s', (_, text, problem) => expect(logoProblem(text)).toMatch(problem));
});
