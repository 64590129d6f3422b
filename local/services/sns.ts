/**
 * SNS: Publish to the topics of the templates. Checks what is published, and passes it on.
 *
 * Its SDK sends forms with the action among the fields; other SDKs name it in a header.
 */
import { randomUUID } from 'node:crypto';
import type { Access } from '../core/access.ts';
import { ACCOUNT } from '../core/account.ts';
import { type Meter, snsUnits } from '../core/meter.ts';
import type { ServiceAnswer, ServiceCall } from './call.ts';

/** A message that was published to a topic. */
export interface PublishedAlert {
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
}

export type AlertListener = (alert: PublishedAlert) => void;

export type Sns = ReturnType<typeof createSns>;

/** Fields of a form that Publish has here. */
const FIELDS = new Set(['Action', 'Version', 'TopicArn', 'Subject', 'Message']);
/** Bytes. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MESSAGE_LIMIT = 262_144;

/** S3 objects are posted to a path of their own. */
export const isSns = ({ method, path, headers }: Pick<ServiceCall, 'method' | 'path' | 'headers'>): boolean =>
  method === 'POST' &&
  path.split('?')[0] === '/' &&
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;

/** Checks calls against the caller's policy and the limits of SNS, and passes on what is published. */
export function createSns(access: Access, meter: Meter | undefined, onAlert: AlertListener) {
  const topics = new Set<string>();

  function publish(form: URLSearchParams): ServiceAnswer {
    const [topicArn, message, subject] = ['TopicArn', 'Message', 'Subject'].map(
      (name) => form.get(name) ?? undefined,
    );
    if (!topicArn || !topics.has(topicArn)) return refusal(404, 'NotFound', 'Topic does not exist');
    const unknown = [...form.keys()].find((name) => !FIELDS.has(name));
    if (unknown) return invalid(`${unknown} is not implemented here`);
    if (!message) return invalid('Empty message');
    if (Buffer.byteLength(message) > MESSAGE_LIMIT) return invalid('Message too long');
    if (subject !== undefined && !isSubject(subject)) return invalid('Subject');
    onAlert({ topicArn, subject, message });
    const [result, metadata] = [
      `<MessageId>${randomUUID()}</MessageId>`,
      `<RequestId>${randomUUID()}</RequestId>`,
    ];
    const response = `<PublishResult>${result}</PublishResult><ResponseMetadata>${metadata}</ResponseMetadata>`;
    return xml(200, 'PublishResponse', response);
  }

  return {
    async answer({ accessKey, body }: ServiceCall): Promise<ServiceAnswer> {
      const text = body.toString();
      const form = new URLSearchParams(text);
      const operation = form.get('Action') ?? '';
      const check = { action: `sns:${operation}`, resource: form.get('TopicArn') ?? '*' };
      const denial = access.refuse(accessKey, [check]);
      if (denial) return refusal(403, 'AuthorizationError', denial.message);
      if (operation !== 'Publish') return refusal(400, 'InvalidAction', `${operation} is not implemented`);
      const units = snsUnits(Buffer.byteLength(text));
      meter?.count({ caller: access.nameOf(accessKey), service: 'sns', operation, requests: 1, units });
      return publish(form);
    },

    /** Returns its ARN. */
    createTopic(name: string, region: string): string {
      const arn = `arn:aws:sns:${region}:${ACCOUNT}:${name}`;
      topics.add(arn);
      return arn;
    },
    hasTopic: (arn: string): boolean => topics.has(arn),
  };
}

/** As in the API reference of Publish. */
const isSubject = (subject: string): boolean => /^[!-~][ -~]{0,98}$/.test(subject);

const invalid = (what: string): ServiceAnswer =>
  refusal(400, 'InvalidParameter', `Invalid parameter: ${what}`);

function refusal(status: number, code: string, message: string): ServiceAnswer {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message>`;
  return xml(status, 'ErrorResponse', `<Error>${error}</Error>`);
}

const xml = (status: number, element: string, content: string): ServiceAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<${element} xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${content}</${element}>`,
});

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
