/** A field's path as a text: names joined by dots, and a name that holds a dot in double quotes: `data."user.name"`. */

/** @returns undefined for what is no path, or not yet one */
export function readField(typed: string): readonly string[] | undefined {
  const text = typed.trim();
  const path: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const end = text[at] === '"' ? endOfQuoted(text, at) : endOfPlain(text, at);
    if (end === undefined) return undefined;
    const name = text[at] === '"' ? unquoted(text.slice(at, end)) : text.slice(at, end);
    if (name === undefined || name === '') return undefined;
    path.push(name);
    at = end + 1;
  }
  return path;
}

export const fieldText = (path: readonly string[]): string =>
  path.map((name) => (isPlain(name) ? name : JSON.stringify(name))).join('.');

const isPlain = (name: string): boolean => name !== '' && name.trim() === name && !/[."]/.test(name);

const endOfPlain = (text: string, at: number): number => {
  const dot = text.indexOf('.', at);
  return dot < 0 ? text.length : dot;
};

/** Where the quotes end, if a dot or nothing follows. */
function endOfQuoted(text: string, at: number): number | undefined {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const after = end + 1;
  return after === text.length || text[after] === '.' ? after : undefined;
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
