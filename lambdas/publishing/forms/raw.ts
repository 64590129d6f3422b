import { bytesOf, type Request } from '../../http/body.ts';
import {
  contentTypeProblem,
  idProblem,
  type NewEvent,
  type Read,
  refused,
  sizeProblem,
  typeProblem,
} from '../event-checks.ts';
import { type Form, one } from './form.ts';

const RAW_CONTENT_TYPE = 'application/octet-stream';

/** Any bytes, with the event's type in a header. */
export const rawBytes: Form = {
  mediaType: '*/*',
  isMeant: (_, headers) => headers['ce-type'] !== undefined,
  read(request, maxBytes) {
    const { 'ce-type': type, 'ce-id': id } = request.headers;
    return one(
      readRaw(bytesOf(request), { type, id, contentType: contentTypeOf(request) }, maxBytes, 'ce-type'),
    );
  },
};

/** A body that is passed on as it is, to the subscription that the path names. */
export const readAddressed = (request: Request, body: Buffer, maxBytes: number): Read<NewEvent> => {
  const type = request.queryStringParameters?.event_type;
  return readRaw(body, { type, id: undefined, contentType: contentTypeOf(request) }, maxBytes, 'event_type');
};

const contentTypeOf = ({ headers }: Request): string => headers['content-type'] ?? RAW_CONTENT_TYPE;

/** Reads a raw body whose type and id stand beside it: in headers, or in the query of an addressed event. */
export function readRaw(
  body: Uint8Array,
  from: { type: string | undefined; id: string | undefined; contentType: string },
  maxBytes: number,
  typeField: 'ce-type' | 'event_type',
): Read<NewEvent> {
  const problem =
    typeProblem(from.type, typeField) ??
    idProblem(from.id, 'ce-id') ??
    contentTypeProblem(from.contentType) ??
    sizeProblem(body, maxBytes, undefined);
  if (problem) return refused(problem);
  return { ok: true, value: { ...from, type: from.type!, body, at: 'data' } };
}
