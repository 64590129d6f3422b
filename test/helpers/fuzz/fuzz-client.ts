import { Agent, request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { examplePlans, type Plan } from './fuzz-requests.ts';
import { type Contents, type Document, type Operation, operationsOf, schemasOf } from './openapi.ts';

interface RawAnswer {
  readonly status: number;
  /** The content type without parameters, in lower case. */
  readonly type: string;
  readonly body: string;
}

interface Sent {
  readonly path: string;
  readonly answer: RawAnswer;
}

export interface FuzzClient {
  /** Requests an operation. @throws Error with request and answer when the answer is not as documented */
  check(operation: Operation, plan: Plan): Promise<RawAnswer>;
}

/**
 * A client that knows only the API's OpenAPI document.
 * @param key the credential, which no answer may show
 */
export function fuzzClient(apiUrl: string, key: string, document: Document): FuzzClient {
  const operations = operationsOf(document);
  const schemaAt = schemasOf(document);
  const agent = new Agent({ keepAlive: true });

  async function send(operation: Operation, plan: Plan): Promise<Sent> {
    const path = await pathOf(operation, plan);
    const url = `${path}${plan.query && `?${plan.query}`}`;
    const headers = { authorization: `Bearer ${key}`, ...plan.headers };
    return { path, answer: await exchange(apiUrl, agent, operation.method, url, headers, plan.body) };
  }

  /** The path with its parameters filled in; a real entity is created or found first. */
  async function pathOf(operation: Operation, plan: Plan): Promise<string> {
    let filled = '';
    for (const segment of operation.path.split('/').slice(1)) {
      const name = /^\{(.+)\}$/.exec(segment)?.[1];
      const wanted = name && plan.path[name];
      const isThere = wanted === 'real' || wanted === 'new';
      filled += `/${isThere ? await realId(operation, filled, name!, wanted === 'new') : (wanted ?? segment)}`;
    }
    return filled;
  }

  /** An existing entity by the path of its collection, for all operations that do not delete it. */
  const known = new Map<string, Promise<string>>();

  function realId(operation: Operation, collection: string, name: string, isNew: boolean): Promise<string> {
    const { schema } = operation.parameters!.find((each) => each.in === 'path' && each.name === name)!;
    const [first] = (schema.enum ?? []) as string[];
    if (first !== undefined) return Promise.resolve(first);
    const template = operation.path.slice(0, operation.path.indexOf(`/{${name}}`));
    if (isNew || operation.method === 'DELETE') return findId(template, collection, name);
    const id = known.get(collection) ?? findId(template, collection, name);
    known.set(collection, id);
    return id;
  }

  /** An id of a collection: a new entity's where the API can create one, else the first of the list. */
  async function findId(template: string, collection: string, name: string): Promise<string> {
    const at = (method: string, path: string) =>
      operations.find((operation) => operation.method === method && operation.path === path);
    const creator = at('POST', template);
    const list = at('GET', template);
    const id =
      (creator && (await firstOf(creator, collection, name))) ??
      (list && (await firstOf(list, collection, name)));
    const path = `${collection}/${encodeURIComponent(id ?? 'nothing')}`;
    // An entity accepted with a 202 exists a little later.
    const reader = at('GET', `${template}/{${name}}`);
    for (let tries = 0; reader && id !== undefined && tries < 200; tries++) {
      const { status } = await exchange(
        apiUrl,
        agent,
        'GET',
        path,
        { authorization: `Bearer ${key}` },
        undefined,
      );
      if (status < 300) break;
      await setTimeout(50);
    }
    return encodeURIComponent(id ?? 'nothing');
  }

  async function firstOf(operation: Operation, path: string, name: string): Promise<string | undefined> {
    for (const { headers, query, body } of examplePlans(operation)) {
      const all = { authorization: `Bearer ${key}`, ...headers };
      const url = `${path}${query && `?${query}`}`;
      const answer = await exchange(apiUrl, agent, operation.method, url, all, body);
      if (answer.status >= 300 || answer.type !== 'application/json') continue;
      const value = JSON.parse(answer.body) as Record<string, unknown> & {
        items?: Record<string, unknown>[];
      };
      const one = value.items ? value.items[0] : value;
      const id = one?.[name] ?? one?.id;
      if (typeof id === 'string') return id;
    }
    return undefined;
  }

  function problemOf(operation: Operation, { status, type, body }: RawAnswer): string | undefined {
    if (status >= 500) return 'a server error';
    if (/\bat .*\.m?[jt]s:\d/.test(body)) return 'a stack trace';
    if (body.includes(key)) return 'the credential in the answer';
    const declared = operation.responses[status];
    if (!declared) return `a status that is not documented; these are: ${Object.keys(operation.responses)}`;
    if (!declared.content) return body === '' ? undefined : 'a body where none is documented';
    const documented = documentedType(declared.content, type);
    if (documented === undefined) return `a content type that is not documented: ${type}`;
    const at = ['paths', operation.path, operation.method.toLowerCase(), 'responses', String(status)];
    const validate = schemaAt(...at, 'content', documented, 'schema');
    if (validate(documented === 'application/json' ? JSON.parse(body) : body)) return undefined;
    return `a body that does not fit its schema: ${JSON.stringify(validate.errors)}`;
  }

  return {
    async check(operation, plan) {
      const { path, answer } = await send(operation, plan);
      const problem = problemOf(operation, answer);
      if (problem !== undefined) throw new Error(describe(operation, path, plan, answer, problem));
      return answer;
    },
  };
}

function documentedType(content: Contents, type: string): string | undefined {
  const candidates = [type, type.replace(/\/.*/, '/*'), '*/*'];
  return candidates.find((candidate) => content[candidate] !== undefined);
}

const cut = (text: string): string =>
  text.length > 1500 ? `${text.slice(0, 1500)}… (${text.length})` : text;

function describe(
  { operationId, method }: Operation,
  path: string,
  plan: Plan,
  answer: RawAnswer,
  problem: string,
): string {
  const { what, query, headers, body = '' } = plan;
  return [
    `${operationId} (${what}) got ${problem}`,
    `  ${method} ${cut(path)}${query && `?${cut(query)}`}`,
    `  ${cut(JSON.stringify(headers))}`,
    `  ${cut(typeof body === 'string' ? body : Buffer.from(body).toString('latin1'))}`,
    `answer ${answer.status} ${answer.type}`,
    `  ${cut(answer.body)}`,
  ].join('\n');
}

/** One exchange with the path as it is: `fetch` would correct it. */
function exchange(
  apiUrl: string,
  agent: Agent,
  method: string,
  path: string,
  headers: Record<string, string | undefined>,
  body: string | Uint8Array | undefined,
): Promise<RawAnswer> {
  const sent = Object.entries(headers).filter(
    (header): header is [string, string] => header[1] !== undefined,
  );
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const { hostname, port } = new URL(apiUrl);
  const bytes = Buffer.from(body ?? '');
  const request = httpRequest(
    {
      agent,
      hostname,
      port,
      method,
      path,
      headers: { ...Object.fromEntries(sent), ...(body !== undefined && { 'content-length': bytes.length }) },
    },
    async (response) => {
      try {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part as Buffer);
        const type = (response.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
        resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(parts).toString('utf8') });
      } catch (error) {
        reject(error as Error);
      }
    },
  );
  request.on('error', (error) => reject(new Error(`${method} ${cut(path)}: ${error.message}`)));
  request.end(bytes);
  return promise;
}
