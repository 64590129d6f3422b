import { mediaTypeOf, type Request, unsupported } from '../http/body.ts';
import {
  cloudEvent,
  cloudEventBatch,
  cloudEventInHeaders,
  isAnyCloudEvent,
  unreadCloudEvents,
} from './forms/cloud-events.ts';
import { type Content, type Form, JSON_TYPE, type OtherForm, otherForm } from './forms/form.ts';
import { event, eventBatch } from './forms/json-events.ts';
import { LINES, logLines, logs } from './forms/log-records.ts';
import { rawBytes } from './forms/raw.ts';

interface Row {
  /** The first that a request is meant in reads it. */
  readonly forms: readonly (Form | OtherForm)[];
  /** What to say of a request in none of them. */
  readonly expected: string;
}

const EVENT_JSON = `expected content-type ${JSON_TYPE}`;

/** The operations that publish for the caller's tenant, as the API's routes name them. */
export type Publishing = 'publish' | 'publishBatch' | 'publishLogs';

/** The forms in which events can be published, by operation. */
export const FORMS: Readonly<Record<Publishing, Row>> = {
  publish: {
    forms: [
      cloudEventBatch,
      cloudEvent,
      unreadCloudEvents,
      cloudEventInHeaders,
      rawBytes,
      event,
      otherForm(logLines.isMeant, `${EVENT_JSON}; log records, one a line, go to POST /v1/logs`),
    ],
    expected: `${EVENT_JSON}, a CloudEvent, or a raw body with its event type in a ce-type header`,
  },
  publishBatch: {
    forms: [
      cloudEventBatch,
      eventBatch,
      otherForm(cloudEvent.isMeant, `${EVENT_JSON}; one CloudEvent goes to POST /v1/events`),
    ],
    expected: `${EVENT_JSON} or ${cloudEventBatch.mediaType}`,
  },
  publishLogs: {
    forms: [logs, logLines, otherForm(isAnyCloudEvent, `${EVENT_JSON}; CloudEvents go to POST /v1/events`)],
    expected: `${EVENT_JSON} or, for a record a line, ${LINES.join(', ')}`,
  },
};

/**
 * Reads the body of a request that publishes.
 * @param maxBytes what the caller may send as a payload at most
 * @throws ApiError 415 when it is in no form that the operation takes
 */
export function readContent(operation: Publishing, request: Request, maxBytes: number): Content {
  const { forms, expected } = FORMS[operation];
  const mediaType = mediaTypeOf(request);
  const form = forms.find(({ isMeant }) => isMeant(mediaType, request.headers));
  if (!form) throw unsupported(expected);
  return form.read(request, maxBytes);
}
