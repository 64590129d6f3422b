import * as z from 'zod';
import { EVENT_TYPE, MAX_TYPE_LENGTH } from '../events/event-type.ts';
import { OPERATIONAL } from './patterns.ts';

/** Headers of the routes that publish, as the API's description has them. */

const ceHeader = (description: string, form: object = {}) =>
  z
    .string()
    .optional()
    .meta({ ...form, description });

const CONTENT_TRANSFER_ENCODING = z.enum(['base64']).optional().meta({
  description:
    'The body is in base64; the payload is its bytes, of the content type given. For text that holds U+FFFD, which is refused otherwise: bytes that are not UTF-8 become that in transit.',
});

/** W3C Trace Context. What is not valid is ignored, so nothing is refused for it. */
export const traceHeaders = z.object({
  traceparent: z.string().optional().meta({
    description:
      'The trace that the event belongs to (W3C Trace Context): sent on with each delivery. Ignored if it is not valid.',
    example: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }),
  tracestate: z.string().optional().meta({
    description: 'What belongs to the `traceparent`; sent on with it, up to 512 characters.',
    example: 'rojo=00f067aa0ba902b7',
  }),
});

/** Whatever a request holds. */
export const publishHeaders = traceHeaders.extend({ 'Content-Transfer-Encoding': CONTENT_TRANSFER_ENCODING });

/** Attributes of a CloudEvent in binary mode; with `ce-type` alone the body is any bytes. */
export const ceHeaders = publishHeaders.extend({
  'ce-type': ceHeader('The event type. Needed with a body of bytes, and with a CloudEvent in binary mode.', {
    minLength: 1,
    maxLength: MAX_TYPE_LENGTH,
    pattern: EVENT_TYPE.source,
    not: { pattern: OPERATIONAL },
  }),
  'ce-id': ceHeader('An id of your own; of a CloudEvent, its id.'),
  'ce-specversion': ceHeader('`1.0`: the request is a CloudEvent in binary mode, and has a `ce-source`.', {
    const: '1.0',
  }),
  'ce-source': ceHeader('The source of a CloudEvent.'),
  'ce-subject': ceHeader('The subject of a CloudEvent.'),
  'ce-time': ceHeader('When the CloudEvent happened, in RFC 3339.'),
  'ce-dataschema': ceHeader('A URI of the schema of a CloudEvent’s data.'),
  'ce-priority': ceHeader('An extension of a CloudEvent: its priority.'),
  'ce-region': ceHeader('An extension of a CloudEvent: its region. Any other `ce-` header is one as well.'),
});
