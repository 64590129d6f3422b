/**
 * SNS: checks what is published, and passes it on.
 *
 * Its SDK sends forms with the action among the fields; other SDKs name it in a header.
 */
import { type Access, accessKeyOf } from '../core/access.ts';
import { type Meter, snsUnits } from '../core/meter.ts';
import type { Reply, Request } from './fauxqs-http.ts';

/** A message that was published to a topic. */
export interface PublishedAlert {
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
}

export type AlertListener = (alert: PublishedAlert) => void;

type Form = Readonly<Record<string, string | undefined>>;

/** S3 objects are posted to a path of their own. */
export const isSns = ({ method, url, headers }: Pick<Request, 'method' | 'url' | 'headers'>): boolean =>
  method === 'POST' &&
  url.split('?')[0] === '/' &&
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;

/** Checks calls against the caller's policy and the limits of SNS, and passes on what is published. */
export function createSnsGuard(access: Access, meter: Meter | undefined, onAlert: AlertListener) {
  return {
    /** Returns whether it refused, and so answered, the request. */
    refuse(request: Request, reply: Reply): boolean {
      const form = formOf(request);
      const action = `sns:${form.Action}`;
      const accessKey = accessKeyOf(request.headers.authorization);
      const denial = access.refuse(accessKey, [{ action, resource: form.TopicArn ?? '*' }]);
      if (denial) return answer(reply, 403, 'AuthorizationError', denial.message);
      if (form.Action !== 'Publish')
        return answer(reply, 400, 'InvalidAction', `${form.Action} is not implemented`);
      if (!isSubject(form.Subject))
        return answer(reply, 400, 'InvalidParameter', 'Invalid parameter: Subject');
      const units = snsUnits(Number(request.headers['content-length'] ?? 0));
      meter?.count({
        caller: access.nameOf(accessKey),
        service: 'sns',
        operation: form.Action,
        requests: 1,
        units,
      });
      return false;
    },

    /** Passes on what a request published, if it did. */
    hear(request: Request, reply: Reply): void {
      const { TopicArn: topicArn, Subject: subject, Message: message } = formOf(request);
      if (reply.statusCode === 200 && topicArn && message) onAlert({ topicArn, subject, message });
    },
  };
}

/** fauxqs has parsed the body. */
const formOf = ({ body }: Request): Form => (body ?? {}) as Form;

/** As in the API reference of Publish; fauxqs accepts any. */
const isSubject = (subject: string | undefined): boolean =>
  subject === undefined || /^[!-~][ -~]{0,98}$/.test(subject);

function answer(reply: Reply, status: number, code: string, message: string): true {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  const xml = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${error}</ErrorResponse>`;
  reply.status(status).header('content-type', 'text/xml').send(xml);
  return true;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
