/**
 * What is wrong with a filter pattern of CloudWatch Logs, as far as its form tells: AWS refuses it when it is deployed, after
 * everything else. Undefined: nothing.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterPatternProblem(pattern: string): string | undefined {
  const text = pattern.trim();
  if (text.startsWith('{')) return jsonProblem(text);
  if (text.startsWith('[')) return text.endsWith(']') ? undefined : 'expected ] at the end';
  return termsProblem(text);
}

function jsonProblem(text: string): string | undefined {
  const outside = text.replace(/"(?:[^"\\]|\\.)*"|%[^%]*%/g, 'x');
  if (outside.includes('"')) return 'expected quotes in pairs';
  if (!/^\{[^{}]*\}$/.test(outside)) return 'expected one pair of braces around it';
  if (outside.split('(').length !== outside.split(')').length) return 'expected parentheses in pairs';
  return outside.includes('$') ? undefined : 'expected a field, such as $.level';
}

const TERMS = /^(?:[?-]?(?:"(?:[^"\\]|\\.)+"|%[^%]+%|\w+)(?:\s+|$))*$/;

function termsProblem(text: string): string | undefined {
  if (text === '""') return undefined;
  if (!TERMS.test(text))
    return 'expected terms of letters, digits and _, others in quotes, such as ERROR "connection refused" -debug';
  const terms = text.match(/[?-]?(?:"(?:[^"\\]|\\.)+"|%[^%]+%|\w+)/g) ?? [];
  const optional = terms.filter((term) => term.startsWith('?')).length;
  return optional === 0 || optional === terms.length
    ? undefined
    : 'expected ? before each term or before none: CloudWatch Logs ignores it beside other terms';
}
