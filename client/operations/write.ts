/** The sources that are generated: a table for the client, and an interface for those who call it. Pure. */
import type { Operation } from '../operation.ts';
import type { Described } from './describe.ts';

export function writeOperations(described: readonly Described[]): string {
  return `import type { Operation } from './operation.ts';

/** Every route of the API, by the name of its operation. */
export const OPERATIONS = {
${described.map(row).join('\n')}
} as const satisfies Record<string, Operation>;
`;
}

export function writeMethods(described: readonly Described[]): string {
  return `import type { Call } from './call.ts';
import type { Pages } from './pages.ts';
import type { Args, ArgsOf, Form, Options, Published, Result, Row } from './types.ts';

/** The operations as methods. */
export interface Operations {
${described.map(method).join('\n\n')}
}
`;
}

function row({
  name,
  method,
  path,
  query,
  isPaged,
  hasBody,
  answer,
  repeat,
  takesIfMatch,
}: Described): string {
  const operation: Operation = { method, path, query, isPaged, hasBody, answer, repeat, takesIfMatch };
  return `  ${name}: ${JSON.stringify(operation)},`;
}

function method(described: Described): string {
  return [comment(described), ...signatures(described)].map((line) => `  ${line}`).join('\n');
}

function comment({ summary, description, method: verb, path }: Described): string {
  const paragraphs = [`${summary}: \`${verb} ${path}\`.`, description].filter(Boolean);
  const lines = paragraphs.join('\n\n').replaceAll('*/', '*\\/').split('\n');
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'].join('\n  ');
}

function signatures({ name, isBare, isPaged, hasForms }: Described): string[] {
  const options = `options?: Options<'${name}'>`;
  const args = isBare ? 'args?' : 'args';
  // What it answers depends on the body, which the document can't say.
  if (name === 'publish')
    return [`publish<A extends ArgsOf<'publish'>>(args: A, ${options}): Call<Published<A>>;`];
  const answer = isPaged ? `Pages<Row<'${name}'>, Result<'${name}'>>` : `Call<Result<'${name}'>>`;
  const plain = `${name}(${args}: Args<'${name}'>, ${options}): ${answer};`;
  return hasForms ? [plain, `${name}(args: Form<'${name}'>, ${options}): Call<string>;`] : [plain];
}
