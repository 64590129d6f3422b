import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parse } from 'shell-quote';

/** The answer to a line of `curl`. */
export interface CurlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Shell variables by name. */
export type Variables = ReadonlyMap<string, string>;

interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | undefined;
}

/**
 * Runs a line of `curl` as a shell would, on machines without either. It knows what the guide uses, and refuses the
 * rest.
 * @throws Error for an option, an operator of the shell or a variable that it does not know
 */
export async function curl(line: string, variables: Variables): Promise<CurlAnswer> {
  const { url, method, headers, body } = requestOf(wordsOf(line, variables));
  // A body of bytes gets no content type of fetch's own.
  const response = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && { body: Buffer.from(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** A line's words, as a shell hands them to a program. @throws Error when the line needs more of a shell */
export function wordsOf(line: string, variables: Variables): string[] {
  return parse(line.replaceAll('\\\n', ' '), (name) => valueNamed(name, variables)).map((word) => {
    if (typeof word === 'string') return word;
    throw new Error(`no shell here to do this: ${JSON.stringify(word)}`);
  });
}

/** @throws Error when no variable of that name is set */
export function valueNamed(name: string, variables: Variables): string {
  const value = variables.get(name);
  if (value === undefined) throw new Error(`no variable $${name}`);
  return value;
}

/** Runs `node -e …` or `node -p …` with its arguments, and returns its output, as `$(…)` does. */
export async function nodeOutput(line: string, variables: Variables): Promise<string> {
  const [program, option, ...rest] = wordsOf(line, variables);
  if (program !== 'node' || !['-e', '-p'].includes(option ?? '')) {
    throw new Error(`expected node -e or node -p, got ${line}`);
  }
  const { stdout } = await promisify(execFile)(process.execPath, [option!, ...rest]);
  return stdout.replace(/\n+$/, '');
}

function requestOf([program, ...words]: string[]): CurlRequest {
  if (program !== 'curl') throw new Error(`expected curl, got ${program}`);
  const headers = new Headers();
  const rest: string[] = [];
  let method: string | undefined;
  let body: string | undefined;
  while (words.length > 0) {
    const word = words.shift()!;
    if (!word.startsWith('-')) rest.push(word);
    else if (word === '-i') continue;
    else if (word === '-X') method = valueAfter(word, words);
    else if (word === '-H') setHeader(headers, valueAfter(word, words));
    else if (word === '-d' || word === '--data-binary') body = dataAfter(word, words);
    else throw new Error(`unknown option ${word}`);
  }
  const [url, ...others] = rest;
  if (url === undefined || others.length > 0) throw new Error(`expected one URL, got ${rest.join(' ')}`);
  // curl's default content type for data.
  if (body !== undefined && !headers.has('content-type')) {
    headers.set('content-type', 'application/x-www-form-urlencoded');
  }
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), url, headers, body };
}

function valueAfter(option: string, words: string[]): string {
  const value = words.shift();
  if (value === undefined) throw new Error(`no value behind ${option}`);
  return value;
}

function dataAfter(option: string, words: string[]): string {
  const data = valueAfter(option, words);
  if (data.startsWith('@')) throw new Error(`no files here: ${option} ${data}`);
  return data;
}

function setHeader(headers: Headers, line: string): void {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/s.exec(line) ?? [];
  if (name === undefined) throw new Error(`expected a header, got ${line}`);
  headers.append(name, value!);
}
