import ipaddr from 'ipaddr.js';
import type { Engines } from './engines.ts';
import { stepsOfText, type Work } from './work.ts';

/**
 * Operators that take a text and hold of texts.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, but for `regex`.
 */
export interface TextOperator {
  /** What is wrong with the text, which is not empty, or undefined. */
  problem?(text: string, engines: Engines): string | undefined;
  compile(text: string, engines: Engines): TextTest;
}

export type TextTest = (value: string, work: Work) => boolean;

const prefix: TextOperator = { compile: (text) => (value) => value.startsWith(text) };

const suffix: TextOperator = { compile: (text) => (value) => value.endsWith(text) };

const equalsIgnoreCase: TextOperator = {
  compile(text) {
    const folded = fold(text);
    return (value) => value.length === text.length && fold(value) === folded;
  },
};

/** `prefix` and `suffix` of an `equals-ignore-case`. */
export const prefixIgnoringCase: TextOperator = {
  compile(text) {
    const folded = fold(text);
    return (value) => fold(value.slice(0, text.length)) === folded;
  },
};

export const suffixIgnoringCase: TextOperator = {
  compile(text) {
    const folded = fold(text);
    return (value) => value.length >= text.length && fold(value.slice(-text.length)) === folded;
  },
};

/** Character by character, so that a text keeps its length: `ß` is not `SS`, and `İ` only itself. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (character) => {
    const one = character.toLowerCase();
    return one.length === character.length ? one : character;
  }).join('');
}

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
    const between = literals.slice(1, -1);
    const fixed = first.length + last.length;
    return (value, work) => {
      if (value.length < fixed || !value.startsWith(first) || !value.endsWith(last)) return false;
      work.spend(stepsOfText(value) * between.length);
      let at = first.length;
      for (const literal of between) {
        // The first place is the best one: it leaves the most for those that follow.
        const found = value.indexOf(literal, at);
        if (found < 0) return false;
        at = found + literal.length;
      }
      return at <= value.length - last.length;
    };
  },
};

/** What stands between the wildcards; a backslash takes the meaning from the `*` or backslash behind it. */
function literalsOf(pattern: string): string[] {
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

const cidr: TextOperator = {
  problem(text) {
    const [address = '', bits = ''] = text.split('/');
    if (addressOf(address) && /^\d{1,3}$/.test(bits) && ipaddr.isValidCIDR(text)) return undefined;
    return 'expected a range of addresses such as 10.0.0.0/24 or 2001:db8::/32';
  },
  compile(text) {
    const [network, bits] = ipaddr.parseCIDR(text);
    return (value, work) => {
      if (value.length > MAX_ADDRESS_LENGTH) return false;
      // Reading an address takes as long as ten comparisons.
      work.spend(10);
      const address = addressOf(value);
      return address?.kind() === network.kind() && address.match(network, bits);
    };
  },
};

/** 2001:0db8:0000:0000:0000:ffff:192.168.100.100, and a zone. */
const MAX_ADDRESS_LENGTH = 64;

/** IPv4 in four decimal parts only: what else is read as an address (127.1, 0x7f000001) differs from reader to reader. */
function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

/** Those that `anything-but` takes as well. */
export const NEGATABLE: Readonly<Record<string, TextOperator>> = {
  prefix,
  suffix,
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
  regex,
};

export const TEXT_OPERATORS: Readonly<Record<string, TextOperator>> = { ...NEGATABLE, cidr };
