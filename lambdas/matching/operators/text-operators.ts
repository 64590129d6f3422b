import { ipAddressOf, ipRangeOf, isInRange, unmapped, unmappedRange } from '../../values/ip-address.ts';
import type { Engines } from '../language/engines.ts';
import type { Work } from '../language/step-budget.ts';
import { caseless, finder, stepsToCompare } from './text-search.ts';

/**
 * Operators that take a text and test texts, as in
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html; `regex` is our own.
 */
export interface TextOperator {
  /** What is wrong with the text, or undefined. */
  problem?(text: string, engines: Engines): string | undefined;
  compile(text: string, engines: Engines): TextTest;
}

export type TextTest = (value: string, work: Work) => boolean;

const prefix: TextOperator = {
  compile: (text) => (value, work) => {
    if (value.length < text.length) return false;
    work.spend(stepsToCompare(text));
    return value.startsWith(text);
  },
};

const suffix: TextOperator = {
  compile: (text) => (value, work) => {
    if (value.length < text.length) return false;
    work.spend(stepsToCompare(text));
    return value.endsWith(text);
  },
};

const equalsIgnoreCase: TextOperator = {
  compile(text) {
    const stands = caseless(text);
    return (value, work) => value.length === text.length && stands(value, 0, work);
  },
};

/** `prefix` and `suffix` of an `equals-ignore-case`. */
export const prefixIgnoringCase: TextOperator = {
  compile(text) {
    const stands = caseless(text);
    return (value, work) => stands(value, 0, work);
  },
};

export const suffixIgnoringCase: TextOperator = {
  compile(text) {
    const stands = caseless(text);
    return (value, work) => value.length >= text.length && stands(value, value.length - text.length, work);
  },
};

const wildcard: TextOperator = {
  problem(text) {
    if (/\\(?![*\\])/.test(text.replaceAll('\\\\', ''))) {
      return 'expected a backslash before * or another backslash only';
    }
    return literalsOf(text).slice(1, -1).includes('') ? 'expected no two * in a row' : undefined;
  },
  compile(text) {
    const literals = literalsOf(text);
    if (literals.length === 1) return (value) => value === literals[0];
    const [first, last] = [literals[0]!, literals.at(-1)!];
    const between = literals.slice(1, -1).map(finder);
    return (value, work) => {
      if (value.length < first.length + last.length) return false;
      work.spend(stepsToCompare(first) + stepsToCompare(last));
      if (!value.startsWith(first) || !value.endsWith(last)) return false;
      let at = first.length;
      for (const find of between) {
        // The first position is the best: it leaves the most text for the parts that follow.
        at = find(value, at, work);
        if (at < 0) return false;
      }
      return at <= value.length - last.length;
    };
  },
};

/** The texts between the wildcards. A backslash escapes a `*` or a backslash. */
export function literalsOf(pattern: string): string[] {
  if (!pattern.includes('\\')) return pattern.split('*');
  const literals = [''];
  for (const [token] of pattern.matchAll(/\\[*\\]|[\s\S]/g)) {
    if (token === '*') literals.push('');
    else literals[literals.length - 1] += token.length === 2 ? token.slice(1) : token;
  }
  return literals;
}

const regex: TextOperator = {
  problem: (text, engines) => engines.regexProblem(text),
  compile: (text, engines) => (value, work) => engines.regexFinds(text, value, work),
};

/**
 * Holds of an IPv4 address in both of its forms: a server that listens on both protocols logs `::ffff:10.1.2.3`, and that
 * must not evade a filter of addresses to watch.
 */
const cidr: TextOperator = {
  problem: (text) =>
    ipRangeOf(text) ? undefined : 'expected a range of addresses such as 10.0.0.0/24 or 2001:db8::/32',
  compile(text) {
    const range = unmappedRange(ipRangeOf(text)!);
    return (value, work) => {
      work.spend(STEPS_PER_ADDRESS);
      const address = ipAddressOf(value);
      if (!address) return false;
      const plain = unmapped(address);
      return isInRange(plain, range) || (plain !== address && isInRange(address, range));
    };
  },
};

/** Reading an address takes a microsecond to ten, the longest ones 25. */
const STEPS_PER_ADDRESS = 20;

/** Every text begins and ends with the empty text, so the negation would hold of no text at all. */
const notEmpty = (operator: TextOperator): TextOperator => ({
  ...operator,
  problem: (text) => (text === '' ? 'expected at least 1 character' : undefined),
});

/** Operators that `anything-but` takes as well. */
export const NEGATABLE: Readonly<Record<string, TextOperator>> = {
  prefix: notEmpty(prefix),
  suffix: notEmpty(suffix),
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
  regex,
};

export const TEXT_OPERATORS: Readonly<Record<string, TextOperator>> = {
  ...NEGATABLE,
  prefix,
  suffix,
  cidr,
};
