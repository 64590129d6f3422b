import type { Shape } from '../../../../client/operations/kinds.ts';

/** The settings of a kind as a form: what the API's schema says of each. Pure. */

interface Named {
  /** Within the settings: `auth.password`. */
  readonly path: readonly string[];
  readonly label: string;
  readonly hint: string;
  readonly isRequired: boolean;
  /** It belongs to settings of several forms, or chooses the form: then what was written for another form goes. */
  readonly form?: 'choice' | 'part';
}

export type Field = Named &
  (
    | { readonly type: 'text'; readonly isSecret: boolean; readonly example: string | undefined }
    | { readonly type: 'number' }
    | { readonly type: 'flag' }
    | { readonly type: 'choice'; readonly options: readonly string[] }
    | { readonly type: 'members' }
    | { readonly type: 'texts' }
    | { readonly type: 'json' }
  );

/**
 * @param secrets paths of credentials; `*` is any member
 * @param values what is set: it says which of several forms is asked for
 */
export function fieldsOf(
  shape: Shape | undefined,
  secrets: readonly string[],
  values: Values = {},
  above: readonly string[] = [],
): Field[] {
  return Object.entries(shape?.properties ?? {}).flatMap(([name, inner]): Field[] => {
    const path = [...above, name];
    const isRequired = shape?.required?.includes(name) ?? false;
    if (inner.oneOf) return fieldsOfForms(inner, { secrets, values, path, isRequired });
    if (inner.type === 'object' && inner.properties) return fieldsOf(inner, secrets, values, path);
    const named = { path, label: labelOf(path), hint: plain(inner.description ?? ''), isRequired };
    return [{ ...named, ...typeOf(inner, path, secrets) }];
  });
}

/** What tells forms of the same settings apart. */
const FORM = 'type';

interface Within {
  readonly secrets: readonly string[];
  readonly values: Values;
  readonly path: readonly string[];
  readonly isRequired: boolean;
}

/** Which form, and what that one asks for. */
function fieldsOfForms({ oneOf = [], description }: Shape, within: Within): Field[] {
  const { secrets, values, path, isRequired } = within;
  const nameOf = (form: Shape): string => String(form.properties?.[FORM]?.const);
  const chosen = oneOf.find((form) => nameOf(form) === valueAt(values, [...path, FORM]));
  const choice: Field = {
    path: [...path, FORM],
    label: labelOf(path),
    hint: plain(description ?? ''),
    isRequired,
    form: 'choice',
    type: 'choice',
    options: oneOf.map(nameOf),
  };
  const parts = fieldsOf(chosen, secrets, values, path).filter(({ path: own }) => own.at(-1) !== FORM);
  return [
    choice,
    ...parts.map((field) => ({
      ...field,
      label: labelOf(field.path.slice(path.length)),
      form: 'part' as const,
    })),
  ];
}

function typeOf(
  { type, enum: options, const: only, anyOf, items, additionalProperties, examples }: Shape,
  path: readonly string[],
  secrets: readonly string[],
) {
  const values = options ?? (only === undefined ? undefined : [only]);
  if (values) return { type: 'choice', options: values.map(String) } as const;
  if (type === 'object' && additionalProperties) return { type: 'members' } as const;
  if (type === 'array' && items?.type === 'string') return { type: 'texts' } as const;
  if (type === 'boolean') return { type: 'flag' } as const;
  if (type === 'number' || type === 'integer') return { type: 'number' } as const;
  if (type !== 'string' || anyOf) return { type: 'json' } as const;
  const example = typeof examples?.[0] === 'string' ? examples[0] : undefined;
  return { type: 'text', isSecret: isAmong(path, secrets), example } as const;
}

const isAmong = (path: readonly string[], secrets: readonly string[]): boolean =>
  secrets.some((secret) => {
    const names = secret.split('.');
    return names.length === path.length && names.every((name, i) => name === '*' || name === path[i]);
  });

const WHOLE: Readonly<Record<string, string>> = {
  url: 'URL',
  arn: 'ARN',
  id: 'id',
  api: 'API',
  oauth2: 'OAuth 2',
  auth: 'authentication',
};

/** `auth.tokenUrl` is `Auth: token URL`. */
function labelOf(path: readonly string[]): string {
  const text = path
    .map((name) =>
      name
        .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
        .toLowerCase()
        .split(' ')
        .map((word) => WHOLE[word] ?? word)
        .join(' '),
    )
    .join(': ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The first sentences of a description, without its marks of code. */
const plain = (text: string): string => text.replaceAll('`', '').split('\n')[0]!;

/** As many further settings are shown as they are; more of them have to be asked for. */
const FEW = 3;

/** What is asked of an endpoint that is added, and what may be left for later. */
export function partsOf(fields: readonly Field[]): { readonly first: Field[]; readonly further: Field[] } {
  const isFurther = ({ isRequired, form }: Field): boolean => !isRequired && form === undefined;
  const further = fields.filter(isFurther);
  if (further.length <= FEW) return { first: [...fields], further: [] };
  return { first: fields.filter((field) => !isFurther(field)), further };
}

/** The settings after a field was changed. */
export function changed(values: Values, { path, form }: Field, value: unknown): Values {
  if (form !== 'choice') return withValue(values, path, value);
  return withValue(values, path.slice(0, -1), value === undefined ? undefined : { [FORM]: value });
}

/** Texts of which each has a line of its own; undefined where there is none. */
export function linesOf(text: string): string[] | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  return filled.length === 0 ? undefined : filled;
}

export type Values = Readonly<Record<string, unknown>>;

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const valueAt = (values: Values, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (isValues(inner) ? inner[name] : undefined), values);

/** The settings with another value; what is undefined goes, and what it leaves empty goes with it. */
export function withValue(values: Values, [name = '', ...rest]: readonly string[], value: unknown): Values {
  const { [name]: before, ...others } = values;
  const after = rest.length === 0 ? value : withValue(isValues(before) ? before : {}, rest, value);
  const isGone =
    after === undefined || (rest.length > 0 && isValues(after) && Object.keys(after).length === 0);
  return isGone ? others : { ...values, [name]: after };
}
