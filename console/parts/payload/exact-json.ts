/** A number of JSON that a program's number is not: `12345678901234567890`, `1200.50`. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What browsers tell of a number beside its value; those that do not yet show it rounded. */
interface Context {
  readonly source?: string;
}

/** Reads JSON as it was written, since it is delivered so: numbers that would change stay as their text. @throws SyntaxError */
export function readExactly(text: string): unknown {
  try {
    return JSON.parse(text, exactly);
  } catch {
    // With a function to call, browsers recurse, and a text of some thousand levels is too deep. Without one they read it.
    return JSON.parse(text);
  }
}

const exactly = (_name: string, value: unknown, context?: Context): unknown =>
  typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
    ? new ExactNumber(context.source)
    : value;
