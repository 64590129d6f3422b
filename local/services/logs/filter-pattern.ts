/**
 * Filter patterns of CloudWatch Logs, as far as they compare fields of JSON lines with texts and numbers:
 * `{ $.type = "platform.report" && $.record.status != "success" }`. Everything else is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */

/** Whether a line's fields meet the pattern. */
export type Filter = (fields: unknown) => boolean;

/** The longest pattern, in characters. */
const MAX_LENGTH = 1024;

const TOKEN =
  /\s*(?:(\$(?:\.\w+)+)|(&&|\|\||!=|<=|>=|[=<>(){}])|"((?:[^"\\])*)"|(-?\d+(?:\.\d+)?(?![\w.])))/y;

type Token =
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'sign'; readonly sign: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number };

/** @throws where the pattern is none, or says more than is known here */
export function filterOf(pattern: string): Filter {
  if (pattern.length > MAX_LENGTH) throw new Error(`filter pattern of over ${MAX_LENGTH} characters`);
  const tokens = tokensOf(pattern);
  let at = 0;
  const refuse = (expected: string): never => {
    throw new Error(`filter pattern ${pattern}: expected ${expected} at part ${at + 1}`);
  };
  const isSign = (sign: string): boolean => {
    const token = tokens[at];
    return token?.kind === 'sign' && token.sign === sign;
  };
  const take = (sign: string): void => {
    if (!isSign(sign)) refuse(sign);
    at++;
  };
  const list = (sign: '||' | '&&', part: () => Filter): Filter[] => {
    const parts = [part()];
    while (isSign(sign)) {
      at++;
      parts.push(part());
    }
    return parts;
  };
  const either = (): Filter => {
    const parts = list('||', all);
    return (fields) => parts.some((part) => part(fields));
  };
  const all = (): Filter => {
    const parts = list('&&', one);
    return (fields) => parts.every((part) => part(fields));
  };
  const one = (): Filter => {
    if (!isSign('(')) return comparison();
    take('(');
    const inner = either();
    take(')');
    return inner;
  };
  const comparison = (): Filter => {
    const [field, sign, value] = tokens.slice(at, at + 3);
    if (field?.kind !== 'field') return refuse('a field such as $.type');
    at++;
    if (sign?.kind !== 'sign') return refuse('an operator');
    at++;
    if (value?.kind === 'text') {
      at++;
      return textFilter(field.path, sign.sign, value.text) ?? refuse('= or !=');
    }
    if (value?.kind !== 'number') return refuse('a text in quotes, or a number');
    at++;
    return numberFilter(field.path, sign.sign, value.number) ?? refuse('a comparison');
  };
  take('{');
  const filter = either();
  take('}');
  if (at < tokens.length) refuse('the end');
  return filter;
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = pattern.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const [, field, sign, quoted, number] = TOKEN.exec(text) ?? [];
    if (field !== undefined) tokens.push({ kind: 'field', path: field.split('.').slice(1) });
    else if (sign !== undefined) tokens.push({ kind: 'sign', sign });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (number !== undefined) tokens.push({ kind: 'number', number: Number(number) });
    else throw new Error(`filter pattern ${pattern}: nothing known begins at "${text.slice(from)}"`);
  }
  return tokens;
}

/** A field that is not there meets no comparison. */
function fieldIn(fields: unknown, path: readonly string[]): unknown {
  let value = fields;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = value[key as keyof typeof value];
  }
  return value;
}

/** `*` stands for any text. */
function textFilter(path: readonly string[], sign: string, wanted: string): Filter | undefined {
  if (sign !== '=' && sign !== '!=') return undefined;
  const parts = wanted.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`, 's');
  return (fields) => {
    const value = fieldIn(fields, path);
    return typeof value === 'string' && pattern.test(value) === (sign === '=');
  };
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function numberFilter(path: readonly string[], sign: string, limit: number): Filter | undefined {
  const holds = COMPARISONS[sign];
  return (
    holds &&
    ((fields) => {
      const value = fieldIn(fields, path);
      return typeof value === 'number' && holds(value, limit);
    })
  );
}
