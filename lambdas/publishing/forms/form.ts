import { type Request, unsupported } from '../../http/body.ts';
import type { NewEvent, Read } from '../event-checks.ts';

/** What a request was found to hold: one event, or a list of which each has a result of its own. */
export type Content =
  | { readonly kind: 'one'; readonly read: Read<NewEvent> }
  | { readonly kind: 'list'; readonly read: Read<readonly Read<NewEvent>[]> };

export const one = (read: Read<NewEvent>): Content => ({ kind: 'one', read });
export const list = (read: Read<readonly Read<NewEvent>[]>): Content => ({ kind: 'list', read });

/** A form in which events can be published. Adding one: a file beside this one, and a row in ../forms.ts. */
export interface Form {
  /** The content type that the API's description shows. */
  readonly mediaType: string;
  /** Whether a request is in this form. @param mediaType of its content type, in lower case */
  isMeant(mediaType: string, headers: Request['headers']): boolean;
  /** @param maxBytes what the caller may send as a payload at most @throws ApiError 415 */
  read(request: Request, maxBytes: number): Content;
}

/** A form that is known and not read; the message says what to do instead. */
export interface OtherForm extends Pick<Form, 'isMeant' | 'read'> {
  readonly mediaType?: undefined;
}

export const otherForm = (isMeant: Form['isMeant'], expected: string): OtherForm => ({
  isMeant,
  read() {
    throw unsupported(expected);
  },
});

export const JSON_TYPE = 'application/json';
