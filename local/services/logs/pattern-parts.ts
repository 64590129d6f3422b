/** What patterns of several kinds have in common. */

/** `*` stands for any text. */
export function wildcards(wanted: string): RegExp {
  const parts = wanted.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/**
 * A regular expression between per cent signs.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 * @throws where it holds what CloudWatch Logs does not take, such as parentheses
 */
export function regexOf(source: string): RegExp {
  if (!/^[\w:#=@/;,\-^$?[\]{}|\\*+. ]+$/.test(source))
    throw new Error(
      `regular expression %${source}%: expected letters, digits, _:#=@/;,- and the operators ^$?[]{}|\\*+.`,
    );
  return new RegExp(source);
}

export const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** A number as patterns write it. */
export const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
