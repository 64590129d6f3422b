/** A text that every match of an expression contains. */
export interface Literal {
  readonly text: string;
  /** Whether every text with a match begins with it. */
  readonly isBeginning: boolean;
}

/** Flags, and escapes that include what follows them. */
const UNREADABLE = /\(\?|\\[^\W_dDwWsSbBAz]/u;
/** Classes, escapes, quantifiers, and characters. */
const TOKENS = /\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\\.|[*+?]\??|\{[^}]*\}\??|[^[\\]/gsu;
const QUANTIFIER = /^[*+?{]/;
const OTHER_THAN_ITSELF = new Set(['.', '^', '$']);

/**
 * The longest text that an expression requires outside of groups; undefined when it requires none, or when only a parser
 * could find it. The expression has been checked.
 */
export function literalOf(pattern: string): Literal | undefined {
  const tokens = pattern.match(TOKENS) ?? [];
  if (UNREADABLE.test(pattern) || tokens.join('') !== pattern) return undefined;
  let best: Literal | undefined;
  let text: string[] = [];
  let isBeginning = false;
  let depth = 0;
  const end = (): void => {
    if (text.length > (best?.text.length ?? 0)) best = { text: text.join(''), isBeginning };
    text = [];
  };
  for (const [i, token] of tokens.entries()) {
    if (token === ')') depth--;
    else if (token === '(') {
      depth++;
      end();
    } else if (depth === 0) {
      if (token === '|') return undefined;
      const character = characterOf(token);
      if (character === undefined) {
        // The character before a quantifier may come several times, or not at all.
        if (QUANTIFIER.test(token)) text.pop();
        end();
      } else {
        if (text.length === 0) isBeginning = i === 1 && tokens[0] === '^';
        text.push(character);
      }
    }
  }
  end();
  return best;
}

/** What a token stands for, if it is one character. */
function characterOf(token: string): string | undefined {
  if (token.startsWith('\\')) return /^\\[\W_]$/u.test(token) ? token.slice(1) : undefined;
  const isOther = token.startsWith('[') || QUANTIFIER.test(token) || OTHER_THAN_ITSELF.has(token);
  return isOther ? undefined : token;
}
