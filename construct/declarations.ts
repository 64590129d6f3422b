/** Writes the package's declarations: the construct as its source declares it, and its props member by member. */
import { fileURLToPath } from 'node:url';
import {
  isClassDeclaration,
  isConstructorDeclaration,
  isImportDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';
import { type Shape, type Shapes, withShapes } from './shapes.ts';

const path = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));
const source = path('lib/posthorn.ts');

/** Types of the project and the files that declare them. The package has them without these files. */
const TYPES = {
  PosthornProps: path('lib/settings/props.ts'),
  PosthornSize: path('lib/settings/props.ts'),
  PosthornMetric: source,
};

/** @returns the text of index.d.cts */
export const declarations = (): string => withShapes(declarationsBy);

function declarationsBy(shapes: Shapes): string {
  const file = shapes.program.getSourceFile(source);
  if (!file) throw new Error(`expected the compiler to know ${source}`);
  return [
    imports(file),
    ...Object.entries(TYPES).map(([name, from]) => declared(name, shapes.shapeOf(name, from))),
    ...file.statements.filter(isInterfaceDeclaration).map((each) => textOf(file, each)),
    ...file.statements.filter(isClassDeclaration).map((each) => classOf(file, each)),
  ].join('\n\n');
}

const declared = (name: string, shape: Shape): string =>
  shape.kind === 'object'
    ? `export interface ${name} ${printed(shape)}`
    : `export type ${name} = ${printed(shape)};`;

const textOf = (file: SourceFile, node: Node): string => file.text.slice(node.pos, node.end).trim();

/** Of other packages. */
const imports = (file: SourceFile): string =>
  file.statements
    .filter(isImportDeclaration)
    .map((each) => textOf(file, each))
    .filter((text) => !text.includes("from '."))
    .join('\n');

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
