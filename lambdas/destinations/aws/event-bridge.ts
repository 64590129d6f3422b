import { timeOfUlid } from '../../values/ids.ts';
import { RequestProblem } from '../kind.ts';
import { type AwsVerdict, failed } from './answers.ts';
import { type AwsSettings, awsKind, eventOf, resourceOf } from './aws-kind.ts';
import { type Format, jsonObjectFor, refuseBeyond } from './contents.ts';

interface Settings extends AwsSettings {
  readonly busArn: string;
  readonly format?: Format;
}

/**
 * Of an entry, as EventBridge counts it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const LIMIT = 1_048_576;
const TIME_BYTES = 14;

/** Characters. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
const MAX_DETAIL_TYPE = 128;

/** What Posthorn itself sends begins so. Its own EventBridge sources leave it out, so no loop comes about by chance. */
const OWN_SOURCE = 'posthorn';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export const eventBridge = awsKind<Settings>({
  kind: 'eventbridge',
  service: 'events',
  host: 'events',
  override: 'EVENTBRIDGE',
  action: 'events:PutEvents',
  resource: ({ busArn }) => resourceOf(busArn),
  request(making) {
    const { busArn, format = 'payload' } = making.settings;
    const { id, type, ulid } = eventOf(making);
    if (type.length > MAX_DETAIL_TYPE)
      throw new RequestProblem(
        'unsendable',
        `expected an event type of at most ${MAX_DETAIL_TYPE} characters, as EventBridge takes`,
      );
    const entry = {
      EventBusName: busArn,
      Source: `${OWN_SOURCE}.${making.deps.aws.environment}`,
      DetailType: type,
      Detail: jsonObjectFor(making, format),
      Resources: [id],
      // In seconds.
      Time: timeOfUlid(ulid) / 1000,
    };
    const texts = [entry.Source, entry.DetailType, entry.Detail, ...entry.Resources];
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), TIME_BYTES);
    refuseBeyond(bytes, LIMIT, 'a bus');
    return {
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({ Entries: [entry] }),
    };
  },
  read: ({ answer = '' }) => entryVerdict(answer),
});

/** An entry can fail in an answer of 200. */
function entryVerdict(answer: string): AwsVerdict | undefined {
  try {
    const { FailedEntryCount = 0, Entries = [] } = JSON.parse(answer) as {
      FailedEntryCount?: number;
      Entries?: { ErrorCode?: string; ErrorMessage?: string }[];
    };
    if (FailedEntryCount === 0) return undefined;
    const { ErrorCode = 'UnknownError', ErrorMessage = 'no message' } = Entries[0] ?? {};
    // Without a status of its own, a code that is not known may pass.
    return failed(ErrorCode, ErrorMessage, 500);
  } catch {
    // Something answered in the service's place.
    return { means: 'retry', detail: 'expected EventBridge’s answer in JSON' };
  }
}
