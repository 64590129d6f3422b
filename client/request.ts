import { PosthornError } from './errors.ts';
import { jsonOf } from './json.ts';
import type { Operation } from './operation.ts';
import type { AnyOptions } from './types.ts';

/** The arguments of a call, whichever it is. */
export type AnyArgs = Readonly<Record<string, unknown>>;

/** A request as the core takes it. */
export interface Init {
  readonly params: { readonly path: AnyArgs; readonly query: AnyArgs };
  readonly body?: unknown;
  readonly bodySerializer?: (body: unknown) => unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly parseAs: 'json' | 'text' | 'arrayBuffer';
  /** Name of the operation, for errors. */
  readonly operation: string;
}

const JSON_TYPE = 'application/json';

/**
 * Sorts arguments into path, query and body.
 * @throws PosthornError for an argument or an option that the operation does not have
 */
export function initOf(name: string, operation: Operation, args: AnyArgs, options: AnyOptions): Init {
  const { body, contentType = JSON_TYPE, ...rest } = args as { body?: unknown; contentType?: string };
  const pathNames = [...operation.path.matchAll(/\{([^{}]+)\}/g)].map(([, each]) => each!);
  refuseUnknown(name, operation, pathNames, args);
  if (options.ifMatch !== undefined && !operation.takesIfMatch)
    throw new PosthornError(`${name} takes no ifMatch`);
  if (options.idempotencyKey !== undefined && operation.repeat !== 'with-key') {
    throw new PosthornError(`${name} takes no idempotencyKey`);
  }
  const serialise = isRaw(body, contentType) ? (raw: unknown) => raw : jsonOf;
  return {
    params: { path: pick(rest, pathNames), query: pick(rest, operation.query) },
    ...(body !== undefined && { body, bodySerializer: serialise }),
    headers: {
      ...(body !== undefined && { 'content-type': contentType }),
      ...(options.ifMatch !== undefined && { 'if-match': options.ifMatch }),
      ...(options.idempotencyKey !== undefined && { 'idempotency-key': options.idempotencyKey }),
      ...options.headers,
    },
    parseAs: parseAs(operation, rest),
    operation: name,
  };
}

function refuseUnknown(
  name: string,
  operation: Operation,
  pathNames: readonly string[],
  args: AnyArgs,
): void {
  const known = [...pathNames, ...operation.query, ...(operation.hasBody ? ['body', 'contentType'] : [])];
  const unknown = Object.keys(args).find((each) => args[each] !== undefined && !known.includes(each));
  if (unknown === undefined) return;
  const takes = known.length === 0 ? 'no arguments' : known.join(', ');
  throw new PosthornError(`${name} takes no argument ${unknown}, but ${takes}`);
}

/** Bytes are sent as they are, and so is text that is not to be JSON. */
const isRaw = (body: unknown, contentType: string): boolean =>
  typeof body === 'string'
    ? contentType !== JSON_TYPE
    : body instanceof ArrayBuffer || ArrayBuffer.isView(body) || body instanceof Blob;

/** Whether the query asks for a form of the answer other than JSON. */
export const asksForText = (args: AnyArgs): boolean => args.format !== undefined && args.format !== 'json';

function parseAs({ answer, query }: Operation, args: AnyArgs): Init['parseAs'] {
  if (answer === 'bytes') return 'arrayBuffer';
  return answer === 'text' || (query.includes('format') && asksForText(args)) ? 'text' : 'json';
}

const pick = (args: AnyArgs, names: readonly string[]): AnyArgs =>
  Object.fromEntries(names.filter((name) => args[name] !== undefined).map((name) => [name, args[name]]));
