/**
 * Patterns of terms: `ERROR "connection refused" -debug`, `?ERROR ?WARN`, `%[Ff]ail%`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
 */
import type { Filter } from './log-line.ts';
import { regexOf } from './pattern-parts.ts';

const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)+)"|%([^%]+)%|([^\s"%?-][^\s"]*))(?=\s|$)/y;

interface Term {
  readonly sign: string;
  readonly isIn: (text: string) => boolean;
}

/** @throws where the pattern is none, or CloudWatch Logs would read it in another way than it is meant */
export function textFilter(pattern: string): Filter {
  const terms = termsOf(pattern);
  const [any, none, all] = ['?', '-', ''].map((wanted) => terms.filter(({ sign }) => sign === wanted));
  if (any!.length > 0 && any!.length < terms.length)
    throw new Error(
      `filter pattern ${pattern}: expected ? before each term or before none, since it is ignored where it stands beside other terms`,
    );
  return ({ text }) =>
    (any!.length === 0 || any!.some(({ isIn }) => isIn(text))) &&
    all!.every(({ isIn }) => isIn(text)) &&
    !none!.some(({ isIn }) => isIn(text));
}

function termsOf(pattern: string): readonly Term[] {
  const terms: Term[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < pattern.length) {
    const from = TERM.lastIndex;
    const [, sign = '', phrase, regex, word] = TERM.exec(pattern) ?? [];
    const isIn = isInOf(phrase, regex, word);
    if (!isIn) throw new Error(`filter pattern ${pattern}: nothing known begins at "${pattern.slice(from)}"`);
    terms.push({ sign, isIn });
  }
  return terms;
}

function isInOf(phrase: string | undefined, regex: string | undefined, word: string | undefined) {
  if (regex !== undefined) {
    const expression = regexOf(regex);
    return (text: string): boolean => expression.test(text);
  }
  if (phrase !== undefined) return containing(phrase.replace(/\\(.)/g, '$1'));
  if (word === undefined) return undefined;
  if (!/^\w+$/.test(word))
    throw new Error(
      `filter pattern: expected quotes around ${word}, which is not only letters, digits and _`,
    );
  return containing(word);
}

/** Terms are whole words: `ERROR` is not in `ERRORS`. */
function containing(term: string): (text: string) => boolean {
  const escaped = term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const begin = /^\w/.test(term) ? '(?<!\\w)' : '';
  const end = /\w$/.test(term) ? '(?!\\w)' : '';
  const expression = new RegExp(begin + escaped + end);
  return (text) => expression.test(text);
}
