/** Reads the construct's types with their docstrings, as the compiler sees them. */
import { fileURLToPath } from 'node:url';
import {
  API,
  type Checker,
  isUnionType,
  type Program,
  SymbolFlags,
  type Type,
  TypeFlags,
  type TypeReference,
  type Symbol as TypeSymbol,
} from 'typescript/unstable/sync';

const ownConfig = fileURLToPath(new URL('tsconfig.json', import.meta.url));

/** What a value may be. */
export type Shape =
  /** A type of TypeScript, such as `string` or `"all" | "100"`. */
  | { readonly kind: 'plain'; readonly type: string }
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'list'; readonly of: Shape }
  /** Values by names that are free. */
  | { readonly kind: 'record'; readonly of: Shape }
  | { readonly kind: 'union'; readonly of: readonly Shape[] };

export interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  /** Its docstring; empty where there is none. */
  readonly doc: string;
  readonly shape: Shape;
}

/** What reads types of the project that construct/tsconfig.json names. */
export interface Shapes {
  readonly program: Program;
  /** @param file that declares the type, by its absolute path */
  shapeOf(name: string, file: string): Shape;
  /** Docstrings of a class's or an interface's members. */
  docsOf(name: string, file: string): readonly Pick<Member, 'name' | 'doc'>[];
}

/**
 * Starts the compiler, which takes some seconds, and ends it afterwards.
 * @param config a tsconfig.json by its absolute path
 */
export function withShapes<Result>(use: (shapes: Shapes) => Result, config = ownConfig): Result {
  const api = new API();
  try {
    return use(shapesOf(api, config));
  } finally {
    api.close();
  }
}

function shapesOf(api: API, config: string): Shapes {
  const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
  if (!project) throw new Error(`expected the compiler to open ${config}`);
  const { checker, program } = project;
  const typeNamed = (name: string, document: string): Type => {
    const symbol = checker.resolveName(name, SymbolFlags.Type, { document, position: 0 });
    if (!symbol) throw new Error(`expected a type ${name} in ${document}`);
    return checker.getDeclaredTypeOfSymbol(symbol);
  };
  return {
    program,
    shapeOf: (name, file) => shapeOf(checker, typeNamed(name, file)),
    docsOf: (name, file) =>
      checker
        .getPropertiesOfType(typeNamed(name, file))
        .map((symbol) => ({ name: symbol.name, doc: docOf(checker, symbol) })),
  };
}

const docOf = (checker: Checker, symbol: TypeSymbol): string =>
  checker.getDocumentationCommentOfSymbol(symbol).trim();

/** @param around types that this one is within: JSON is within itself, and ends there */
function shapeOf(checker: Checker, type: Type, around: readonly number[] = []): Shape {
  if (around.includes(type.id)) return { kind: 'plain', type: 'unknown' };
  const within = [...around, type.id];
  const kinds = (isUnionType(type) ? type.getTypes() : [type]).filter(
    (each) => !(each.flags & TypeFlags.Undefined),
  );
  const objects = kinds.filter(isObject);
  const plain = kinds.filter((each) => !isObject(each)).map((each) => checker.typeToString(each));
  const all = [
    ...(plain.length > 0 ? [{ kind: 'plain' as const, type: withBoolean(plain).join(' | ') }] : []),
    ...objects.map((each) => objectOf(checker, each, within)),
  ];
  return all.length === 1 ? all[0]! : { kind: 'union', of: all };
}

/** To the compiler, a boolean is a union as well. */
const withBoolean = (types: readonly string[]): readonly string[] =>
  types.includes('true') && types.includes('false')
    ? [...types.filter((each) => each !== 'true' && each !== 'false'), 'boolean']
    : types;

const isObject = (type: Type): boolean => (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) !== 0;

function objectOf(checker: Checker, type: Type, around: readonly number[]): Shape {
  if (checker.isArrayLikeType(type))
    return {
      kind: 'list',
      of: shapeOf(checker, checker.getTypeArguments(type as TypeReference)[0]!, around),
    };
  const [index] = checker.getIndexInfosOfType(type);
  if (index) return { kind: 'record', of: shapeOf(checker, index.valueType, around) };
  return {
    kind: 'object',
    members: checker.getPropertiesOfType(type).map((symbol) => ({
      name: symbol.name,
      isOptional: (symbol.flags & SymbolFlags.Optional) !== 0,
      doc: docOf(checker, symbol),
      shape: shapeOf(checker, checker.getTypeOfSymbol(symbol)!, around),
    })),
  };
}
