/** What kinds of target there are, as a source that is generated. Pure. */

/** As much of a JSON Schema as a form needs. */
export interface Shape {
  readonly type?: string | readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Shape | undefined;
  readonly anyOf?: readonly Shape[] | undefined;
  /** Forms that a member, `type`, tells apart. */
  readonly oneOf?: readonly Shape[] | undefined;
  readonly additionalProperties?: unknown;
  readonly examples?: readonly unknown[] | undefined;
}

export interface KindInfo {
  /** Options of a target that it takes beside those that all take. */
  readonly takes: readonly string[];
  /** Paths of settings that are never shown. */
  readonly secrets: readonly string[];
  /** Nothing is sent: its owner fetches. It has no retries, no time limit and no pace. */
  readonly isFetched?: true | undefined;
  /** Its settings, in the member of its name; left out where it has none. */
  readonly settings?: Shape | undefined;
}

export const writeKinds = (kinds: Readonly<Record<string, KindInfo>>): string =>
  `import type { KindInfo } from './operations/kinds.ts';

/** Every kind of target, by its name. */
export const TARGET_KINDS: Readonly<Record<string, KindInfo>> = ${JSON.stringify(kinds, undefined, 1)};
`;

const KEPT = [
  'type',
  'description',
  'enum',
  'const',
  'required',
  'examples',
] as const satisfies readonly (keyof Shape)[];

/** A schema without references, and without what a form does not ask for. */
export function shapeOf(schema: Shape & { readonly $ref?: string }, named: (ref: string) => Shape): Shape {
  const { $ref, ...own } = schema;
  const whole = $ref === undefined ? schema : { ...named($ref), ...own };
  const inner = (one: Shape): Shape => shapeOf(one, named);
  return {
    ...Object.fromEntries(KEPT.flatMap((name) => (whole[name] === undefined ? [] : [[name, whole[name]]]))),
    ...(whole.properties && {
      properties: Object.fromEntries(
        Object.entries(whole.properties).map(([name, one]) => [name, inner(one)]),
      ),
    }),
    ...(whole.items && { items: inner(whole.items) }),
    ...(whole.anyOf && { anyOf: whole.anyOf.map(inner) }),
    ...(whole.oneOf && { oneOf: whole.oneOf.map(inner) }),
    ...(typeof whole.additionalProperties === 'object' && { additionalProperties: true }),
  };
}
