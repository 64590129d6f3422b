/** Names of calls in the words of the pages. Pure. */

const WORDS: Readonly<Record<string, string>> = {
  patch: 'change',
  put: 'set',
  target: 'endpoint',
  targets: 'endpoints',
  token: 'link',
  redrive: 'send again',
};

/** `patchTarget` reads `Change endpoint`, `redriveDeadLetters` `Send again dead letters`. */
export function callText(operation: string): string {
  const words = operation.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  const text = words.map((word) => (Object.hasOwn(WORDS, word) ? WORDS[word] : word)).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `first` is the key made at deployment. */
export const credentialText = (id: string, name: string | undefined): string =>
  name ?? (id === 'first' ? 'First API key' : id);
