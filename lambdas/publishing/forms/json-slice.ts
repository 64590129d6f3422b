/**
 * Finds the exact text of a JSON value's members, so that `data` can travel byte for byte as its producer
 * wrote it. JSON.parse followed by JSON.stringify would turn 1.10 into 1.1 and round large integers.
 *
 * The text must already have passed JSON.parse: these functions look for boundaries, they do not validate.
 */

/** The raw text of each member of a JSON object. A repeated key keeps its last value, as JSON.parse does. */
export function sliceMembers(object: string): Map<string, string> {
  const members = new Map<string, string>();
  for (const entry of split(object)) {
    const keyEnd = endOfString(entry, 0);
    members.set(JSON.parse(entry.slice(0, keyEnd)), entry.slice(entry.indexOf(':', keyEnd) + 1).trim());
  }
  return members;
}

/** The raw text of each element of a JSON array. */
export function sliceElements(array: string): string[] {
  return split(array);
}

/** Splits the inside of an object or array at its own commas. */
function split(container: string): string[] {
  const text = container.trim();
  const parts: string[] = [];
  let depth = 0;
  let start = 1;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') i = endOfString(text, i) - 1;
    else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (c === ',' && depth === 1) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start, -1).trim();
  return last === '' ? parts : [...parts, last];
}

/** The index after the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close + 1;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text[index - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
