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
export const readExactly = (text: string): unknown =>
  JSON.parse(text, (_name, value: unknown, context?: Context) =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
      ? new ExactNumber(context.source)
      : value,
  );
