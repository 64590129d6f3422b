/** A JSON Schema as the OpenAPI document has it, as far as a table of members shows it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly default?: unknown;
}

type Named = Readonly<Record<string, Schema>>;

/** How far members of members are listed. */
const MAX_DEPTH = 3;

const nameOf = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1);

/** A row for each member of a schema: its path, its type, what it is. */
export function schemaRows(schema: Schema, named: Named): string[][] {
  return rowsUnder(schema, named, '', 0);
}

function rowsUnder(schema: Schema, named: Named, prefix: string, depth: number): string[][] {
  const whole = followed(schema, named);
  if (whole.items) return rowsUnder(whole.items, named, prefix === '' ? '[]' : `${prefix}[]`, depth);
  const members = [whole, ...(whole.allOf ?? []).map((part) => followed(part, named))].flatMap(
    ({ properties = {}, required = [] }) =>
      Object.entries(properties).map(([name, of]) => ({ name, of, isRequired: required.includes(name) })),
  );
  return members.flatMap(({ name, of, isRequired }) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const { description = of.description ?? '' } = followed(of, named);
    const row = [
      `\`${path}\`${isRequired ? '' : ', optional'}`,
      typeOf(of, named),
      of.description ?? description,
    ];
    const inner = depth + 1 < MAX_DEPTH ? rowsUnder(of, named, path, depth + 1) : [];
    return [row, ...inner];
  });
}

const followed = (schema: Schema, named: Named): Schema => named[nameOf(schema) ?? ''] ?? schema;

/** A few words: `text`, `list of numbers`, `a or b`. */
function typeOf(schema: Schema, named: Named): string {
  const whole = followed(schema, named);
  if (whole.const !== undefined) return `\`${JSON.stringify(whole.const)}\``;
  if (whole.enum) return whole.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (whole.items) return `list of ${typeOf(whole.items, named)}`;
  const choices = whole.oneOf ?? whole.anyOf;
  if (choices) return [...new Set(choices.map((choice) => typeOf(choice, named)))].join(' or ');
  const type = [whole.type ?? 'anything'].flat().join(' or ');
  return whole.format ? `${type}, ${whole.format}` : type;
}
