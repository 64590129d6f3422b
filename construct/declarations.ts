/** Writes the package's declarations: the constructs as their sources declare them, and Posthorn's props member by member. */
import { fileURLToPath } from 'node:url';
import {
  isClassDeclaration,
  isConstructorDeclaration,
  isImportDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isTypeAliasDeclaration,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';
import { type Shape, type Shapes, withShapes } from './shapes.ts';

const path = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));
const source = path('lib/posthorn.ts');

/** Whose exported declarations the package has as they are. */
const SOURCES = [
  source,
  path('lambdas/receiver/webhook-event.ts'),
  path('lib/receiver/receiver-props.ts'),
  path('lib/receiver/webhook-receiver.ts'),
];

/** Types of the project and the files that declare them. The package has them without these files. */
const TYPES = {
  PosthornProps: path('lib/settings/props.ts'),
  PosthornSize: path('lib/settings/props.ts'),
  PosthornMetric: source,
};

/** @returns the text of index.d.cts */
export const declarations = (): string => withShapes(declarationsBy);

function declarationsBy(shapes: Shapes): string {
  const files = SOURCES.map((name) => {
    const file = shapes.program.getSourceFile(name);
    if (!file) throw new Error(`expected the compiler to know ${name}`);
    return file;
  });
  return [
    imports(files),
    ...Object.entries(TYPES).map(([name, from]) => declared(name, shapes.shapeOf(name, from))),
    ...files.flatMap(exported),
  ].join('\n\n');
}

/** What a file exports, but for the types that are written member by member. */
const exported = (file: SourceFile): string[] =>
  file.statements.flatMap((each) => {
    if (isClassDeclaration(each)) return [classOf(file, each)];
    const isType = isInterfaceDeclaration(each) || isTypeAliasDeclaration(each);
    const isOurs = isType && !(each.name.text in TYPES) && /^export /m.test(textOf(file, each));
    return isOurs ? [textOf(file, each)] : [];
  });

const declared = (name: string, shape: Shape): string =>
  shape.kind === 'object'
    ? `export interface ${name} ${printed(shape)}`
    : `export type ${name} = ${printed(shape)};`;

const textOf = (file: SourceFile, node: Node): string => file.text.slice(node.pos, node.end).trim();

const IMPORT = /import (?:type )?\{([^}]*)\} from '([^']+)'/;

/** Of other packages, each name once. */
function imports(files: readonly SourceFile[]): string {
  const byPackage = new Map<string, Set<string>>();
  for (const file of files) {
    for (const each of file.statements.filter(isImportDeclaration)) {
      const [, names = '', from = ''] = IMPORT.exec(textOf(file, each)) ?? [];
      if (from === '' || from.startsWith('.')) continue;
      const known = byPackage.get(from) ?? new Set();
      byPackage.set(from, known);
      for (const name of names.split(',')) if (name.trim()) known.add(name.trim().replace(/^type /, ''));
    }
  }
  return [...byPackage]
    .map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}';`)
    .join('\n');
}

/** A class without bodies and without what is private. It extends more than its users need to know. */
function classOf(file: SourceFile, declared: Node & { readonly members: readonly Node[] }): string {
  const [first] = declared.members;
  const head = file.text.slice(declared.pos, first!.pos).trim();
  const members = declared.members
    .filter((each) => !/^\s*(\/\*[\s\S]*?\*\/\s*)?private\b/.test(textOf(file, each)))
    .map((each) => signatureOf(file, each));
  return `${head.replace(/export class (\w+) extends \w+/, 'export declare class $1 extends Construct')}\n${members.join('\n')}\n}`;
}

function signatureOf(file: SourceFile, member: Node): string {
  if (!isMethodDeclaration(member) && !isConstructorDeclaration(member)) return `  ${textOf(file, member)}`;
  const text = file.text.slice(member.pos, member.body!.pos).trim();
  // A parameter that has a default may be left out.
  return `  ${text.replace(/(\w+): ([\w.]+) = \{\}/g, '$1?: $2')};`;
}

/** A shape as TypeScript has it. @param indent of the line that it begins in */
function printed(shape: Shape, indent = ''): string {
  switch (shape.kind) {
    case 'plain':
      return shape.type;
    case 'list':
      return `readonly ${grouped(shape.of, indent)}[]`;
    case 'record':
      return `{ readonly [name: string]: ${printed(shape.of, indent)} }`;
    case 'union':
      return shape.of.map((each) => grouped(each, indent)).join(' | ');
    case 'object': {
      const inner = `${indent}  `;
      const members = shape.members.map(
        ({ name, isOptional, doc, shape: of }) =>
          `${comment(doc, inner)}${inner}readonly ${name}${isOptional ? '?' : ''}: ${printed(of, inner)}${isOptional ? ' | undefined' : ''};`,
      );
      return `{\n${members.join('\n')}\n${indent}}`;
    }
  }
}

const grouped = (shape: Shape, indent: string): string =>
  shape.kind === 'union' || (shape.kind === 'plain' && shape.type.includes('|')) || shape.kind === 'list'
    ? `(${printed(shape, indent)})`
    : printed(shape, indent);

const comment = (doc: string, indent: string): string =>
  doc === '' ? '' : `${indent}/**\n${doc.replaceAll(/^ ?/gm, `${indent} * `)}\n${indent} */\n`;
