import { isObject } from '../../values/json.ts';
import { isFunctionValue } from './function-values.ts';
import type { Made, Problem } from './messages.ts';

/** What an expression may make. */
const MEMBERS = ['body', 'headers', 'path', 'contentType'] as const;

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Reads the result of an expression. Rules of paths and headers are the function's own. */
export function madeOf(result: unknown, maxBodyBytes: number): Made | Problem {
  if (!isObject(result) || isFunctionValue(result))
    return problem(`expected an object with any of ${MEMBERS.join(', ')}; got ${nameOf(result)}`);
  const unknown = Object.keys(result).find((name) => !(MEMBERS as readonly string[]).includes(name));
  if (unknown !== undefined)
    return problem(`expected an object with any of ${MEMBERS.join(', ')}, and no other member`, unknown);
  const { path, contentType, headers } = result;
  if (path !== undefined && typeof path !== 'string')
    return problem(`path: expected a text, got ${nameOf(path)}`);
  if (contentType !== undefined && typeof contentType !== 'string')
    return problem(`contentType: expected a text, got ${nameOf(contentType)}`);
  const texts = headers === undefined ? undefined : textsOf(headers);
  if (headers !== undefined && !texts) return problem('headers: expected an object of texts and numbers');
  const body = bodyOf(result.body);
  if (typeof body === 'object') return body;
  const bytes = body === undefined ? 0 : Buffer.byteLength(body);
  if (bytes > maxBodyBytes) return problem(`body: expected at most ${maxBodyBytes} bytes, got ${bytes}`);
  return {
    kind: 'made',
    ...(body !== undefined && {
      body,
      contentType: contentType ?? (typeof result.body === 'string' ? TEXT_TYPE : JSON_TYPE),
    }),
    ...(contentType !== undefined && { contentType }),
    ...(texts && { headers: texts }),
    ...(path !== undefined && { path }),
  };
}

const problem = (message: string, name?: string): Problem => ({
  kind: 'problem',
  message,
  ...(name !== undefined && { shown: `${message}; got ${name.slice(0, 100)}` }),
});

/** What it is, without what it holds. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isFunctionValue(value)) return 'a function';
  if (Array.isArray(value)) return 'an array';
  return (
    { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'an object'
  );
}

function textsOf(headers: unknown): Record<string, string> | undefined {
  if (!isObject(headers) || isFunctionValue(headers)) return undefined;
  const entries = Object.entries(headers);
  const isPlain = entries.every(([, value]) => typeof value === 'string' || typeof value === 'number');
  return isPlain ? Object.fromEntries(entries.map(([name, value]) => [name, String(value)])) : undefined;
}

/** A text is sent as it is, and anything else as JSON. */
function bodyOf(body: unknown): string | Problem | undefined {
  if (body === undefined || typeof body === 'string') return body;
  let odd: string | undefined;
  const json = JSON.stringify(body, (_, value: unknown) => {
    if (isFunctionValue(value)) odd = 'a function';
    else if (typeof value === 'number' && !Number.isFinite(value)) odd = 'a number that JSON can’t have';
    return odd === undefined ? value : null;
  });
  return odd === undefined ? json : problem(`body: expected what JSON can say, got ${odd}`);
}
