/** Makes a plan of what dynalite has checked and parsed. */
import { at, holds, type Meaning, Name, type Part, type Path } from './evaluate.ts';
import { type Item, isPlainNumber, negated, sum, type Type, type Value } from './values.ts';

type Operand = (item: Item, meaning: Meaning) => Value | undefined;
type Test = (item: Item, meaning: Meaning) => boolean;

interface KeyCondition {
  readonly attribute: Part;
  readonly operator: string;
  /** Placeholders of its values. */
  readonly values: readonly string[];
}

type Section = { readonly path: Path } & (
  | { readonly kind: 'set'; readonly type: Type | undefined; readonly value: Operand }
  | { readonly kind: 'add' | 'delete'; readonly type: Type; readonly value: Operand }
  | { readonly kind: 'remove' }
);

export interface Plan {
  readonly condition: Test | undefined;
  readonly filter: Test | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly keyConditions: readonly KeyCondition[];
  readonly sections: readonly Section[] | undefined;
  /** Attributes that the filter names, and those inside of which the filter or projection names something. */
  readonly filtered: readonly Part[];
  readonly entered: readonly Part[];
  /** Placeholders of values, of which the first must not be greater than the second. */
  readonly bounds: readonly (readonly [string, string])[];
  /** Names in the expressions that are no placeholders. */
  readonly literals: ReadonlySet<string>;
}

/** A shape that dynalite accepts and a plan does not express. */
export class NotUnderstoodError extends Error {}

/** Marks a placeholder that dynalite has resolved to itself. No name in an expression has it. */
export const MARK = '\0';

/** A request as dynalite leaves it. */
export interface Checked {
  readonly ExpressionAttributeValues?: Item;
  readonly KeyConditions?: Readonly<
    Record<string, { readonly ComparisonOperator: string; readonly AttributeValueList: readonly Value[] }>
  >;
  readonly _condition?: { readonly expression: Node };
  readonly _filter?: {
    readonly expression: Node;
    readonly pathHeads: Readonly<Record<string, true>>;
    readonly nestedPaths: Readonly<Record<string, true>>;
  };
  readonly _projection?: {
    readonly paths: readonly RawPath[];
    readonly nestedPaths: Readonly<Record<string, true>>;
  };
  readonly _updates?: { readonly sections: readonly RawSection[] };
}

type RawPath = readonly (string | number)[];
type RawOperand = RawPath | Node | Value;
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly args: readonly RawOperand[];
}
interface RawSection {
  readonly type: Section['kind'];
  readonly path: RawPath;
  readonly val: RawOperand;
  readonly attrType?: Type | null;
}

/** @throws NotUnderstoodError */
export function compile(checked: Checked): Plan {
  const {
    _condition,
    _filter,
    _projection,
    _updates,
    KeyConditions = {},
    ExpressionAttributeValues = {},
  } = checked;
  const placeholders = new Map<unknown, string>(
    Object.entries(ExpressionAttributeValues).map(([name, value]) => [value, name]),
  );
  const literals = new Set<string>();
  const bounds: [string, string][] = [];

  function partOf(raw: string | number): Part {
    if (typeof raw === 'number') return raw;
    if (raw.startsWith(MARK)) return new Name(raw.slice(MARK.length));
    if (raw in Object.prototype) throw new NotUnderstoodError();
    literals.add(raw);
    return raw;
  }
  const pathOf = (raw: RawPath): Path => raw.map(partOf);
  const headsOf = (heads: Readonly<Record<string, true>> = {}): Part[] => Object.keys(heads).map(partOf);
  function placeholderOf(value: unknown): string {
    const placeholder = placeholders.get(value);
    if (placeholder === undefined) throw new NotUnderstoodError();
    return placeholder;
  }

  function operandOf(raw: RawOperand): Operand {
    if (Array.isArray(raw)) {
      const path = pathOf(raw);
      return (item, meaning) => at(item, path, meaning);
    }
    const placeholder = placeholderOf(raw);
    return (_, { values }) => values[placeholder];
  }

  function testOf({ type, name, args }: Node): Test {
    if (type === 'and' || type === 'or') {
      const [left, right] = [testOf(args[0] as Node), testOf(args[1] as Node)];
      return type === 'and'
        ? (item, meaning) => left(item, meaning) && right(item, meaning)
        : (item, meaning) => left(item, meaning) || right(item, meaning);
    }
    if (type === 'not') {
      const inner = testOf(args[0] as Node);
      return (item, meaning) => !inner(item, meaning);
    }
    const operator = type === 'function' ? name! : type;
    // Whether it is valid depends on its value.
    if (operator === 'attribute_type') throw new NotUnderstoodError();
    if (operator === 'between' && placeholders.has(args[1]) && placeholders.has(args[2]))
      bounds.push([placeholderOf(args[1]), placeholderOf(args[2])]);
    const [first, ...others] = args.map(operandOf);
    return (item, meaning) =>
      holds(
        operator,
        first!(item, meaning),
        others.map((operand) => operand(item, meaning)),
      );
  }

  /** Of SET. @returns undefined where dynalite would refuse the update */
  function resultOf(raw: RawOperand): Operand {
    if (Array.isArray(raw) || placeholders.has(raw)) return operandOf(raw);
    const { type, name, args } = raw as Node;
    const [left, right] = args.map(resultOf) as [Operand, Operand];
    if (type === 'function' && name === 'if_not_exists')
      return (item, meaning) => left(item, meaning) ?? right(item, meaning);
    if (type === 'function')
      return (item, meaning) => {
        const [a, b] = [left(item, meaning)?.L, right(item, meaning)?.L];
        return a && b && { L: [...a, ...b] };
      };
    return (item, meaning) => {
      const [a, b] = [left(item, meaning)?.N, right(item, meaning)?.N];
      if (a === undefined || b === undefined || !isPlainNumber(a) || !isPlainNumber(b)) return undefined;
      return { N: sum(a, type === 'add' ? b : negated(b)) };
    };
  }

  function sectionOf({ type, path: raw, val, attrType }: RawSection): Section {
    const path = pathOf(raw);
    if (path.length > 1) throw new NotUnderstoodError();
    if (type === 'remove') return { kind: type, path };
    if (type === 'set') return { kind: type, path, type: attrType ?? undefined, value: resultOf(val) };
    return { kind: type, path, type: attrType!, value: operandOf(val) };
  }

  const keyConditions = Object.entries(KeyConditions).map(
    ([attribute, { ComparisonOperator: operator, AttributeValueList }]): KeyCondition => {
      const values = AttributeValueList.map(placeholderOf);
      if (operator === 'BETWEEN') bounds.push(values as [string, string]);
      return { attribute: partOf(attribute), operator, values };
    },
  );
  return {
    condition: _condition && testOf(_condition.expression),
    filter: _filter && testOf(_filter.expression),
    projection: _projection?.paths.map(pathOf),
    keyConditions,
    sections: _updates?.sections.map(sectionOf),
    filtered: headsOf(_filter?.pathHeads),
    entered: [...headsOf(_filter?.nestedPaths), ...headsOf(_projection?.nestedPaths)],
    bounds,
    literals,
  };
}
