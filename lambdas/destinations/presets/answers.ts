import type { Attempt } from '../../http-client/attempt-record.ts';
import { type Meaning, meaningOf, type Verdict } from '../../http-client/verdict.ts';
import { isObject, type JsonObject } from '../../values/json.ts';

/** An answer's body as an object; empty where it is none, or was cut. */
export function objectIn({ answer = '' }: Attempt): JsonObject {
  try {
    const value: unknown = JSON.parse(answer);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** What a status means, with what the answer says of it. */
export const said = (answered: Attempt, detail: string | undefined): Verdict | undefined =>
  detail === undefined || detail === '' ? undefined : { means: meaningOf(answered), detail };

export const verdictOf = (means: Meaning, detail: string | undefined): Verdict => ({
  means,
  ...(detail !== undefined && { detail }),
});

/** A member that is a text. */
export const textAt = (object: JsonObject, name: string): string | undefined =>
  typeof object[name] === 'string' && object[name] !== '' ? object[name] : undefined;

/** A message, and the texts of a list behind it. */
export function withList(message: string | undefined, list: unknown): string | undefined {
  const texts = Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  return [message, texts.join('; ')].filter(Boolean).join(': ') || undefined;
}
