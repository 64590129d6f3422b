/**
 * What is wrong with the address of an endpoint, or undefined when it can be used.
 * @param allowHttp only environments for development allow plain http
 */
export function targetUrlProblem(text: string, allowHttp: boolean): string | undefined {
  const expected = allowHttp ? 'an http or https URL' : 'an https URL';
  if (text.length > 2048) return 'expected at most 2048 characters';
  if (/[\s\\\p{Cc}]/u.test(text)) return 'expected no blanks, control characters or backslashes';
  const url = URL.parse(text);
  if (!url) return `expected ${expected}`;
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
    return `expected ${expected}, got ${url.protocol}//`;
  }
  if (url.username || url.password) return 'expected a URL without user name and password';
  if (url.hash) return 'expected a URL without a fragment (#…)';
  return undefined;
}
