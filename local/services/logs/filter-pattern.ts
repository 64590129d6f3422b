/**
 * Filter patterns of CloudWatch Logs, as metric filters and subscription filters have them. What is no pattern is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { columnFilter } from './column-pattern.ts';
import { jsonFilter } from './json-pattern.ts';
import type { Filter } from './log-line.ts';
import { textFilter } from './text-pattern.ts';

/** The longest pattern, in characters. */
const MAX_LENGTH = 1024;

/** @throws where the pattern is none */
export function filterOf(pattern: string): Filter {
  if (pattern.length > MAX_LENGTH) throw new Error(`filter pattern of over ${MAX_LENGTH} characters`);
  const text = pattern.trim();
  if (text === '' || text === '""') return () => true;
  if (text.startsWith('{')) return jsonFilter(text);
  if (text.startsWith('[')) return columnFilter(text);
  return textFilter(text);
}
