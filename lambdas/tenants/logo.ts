/**
 * A picture that a tenant's portal shows, as a `data:` URI. Pages show it by `<img>` alone, where an SVG runs no script and
 * loads nothing (SVG 2, 2.5: secure static mode).
 */

/** Enough for a picture of a line's height; it comes with each opening of the portal. */
export const MAX_LOGO_BYTES = 32 * 1024;

/** How a file of each type begins. What is declared as another one would be shown by some browsers, and not by others. */
const BEGINS: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'image/png': (bytes) => bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n',
  'image/jpeg': (bytes) => bytes.toString('latin1', 0, 3) === '\xff\xd8\xff',
  'image/webp': (bytes) => /^RIFF.{4}WEBP/s.test(bytes.toString('latin1', 0, 12)),
  'image/svg+xml': (bytes) =>
    /^(\ufeff)?\s*<[\s\S]*<(\w+:)?svg[\s>/]|^(\ufeff)?\s*<(\w+:)?svg[\s>/]/.test(bytes.toString()),
};

const FORM = /^data:(image\/[a-z+]+);base64,([A-Za-z0-9+/]+={0,2})$/;

/** What is wrong with a logo; undefined when nothing is. */
export function logoProblem(uri: string): string | undefined {
  const [, type = '', text = ''] = FORM.exec(uri) ?? [];
  const begins = BEGINS[type];
  if (!begins) return 'expected a data: URI in base64 of a PNG, JPEG, WebP or SVG picture';
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) return 'expected base64 with padding (RFC 4648, 4)';
  if (bytes.length > MAX_LOGO_BYTES) {
    return `expected at most ${MAX_LOGO_BYTES} bytes, got ${bytes.length}`;
  }
  return begins(bytes) ? undefined : `expected a picture of the type ${type}, as it says, got something else`;
}
