import { awsClient, type Call } from './aws/aws-client.ts';
import { hopeAfter } from './aws/aws-error.ts';

/** A mail in plain text, to one reader. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Sender {
  /** An address that is verified in SES. */
  readonly from: string;
  /** Where it is verified. The function's own region when left out. */
  readonly region?: string | undefined;
}

/** The longest wait for an answer. Milliseconds. */
const TIMEOUT_MS = 10_000;

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const SEND_EMAIL = '/v2/email/outbound-emails';

/** Sends mail through SES, which makes the message and its headers. It is tried once: a mail can't be taken back. */
export function mailer({ from, region }: Sender): (mail: Mail) => Promise<void> {
  let client: Call | undefined;
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
  return async ({ to, subject, text }) => {
    client ??= awsClient('ses', { region, tries: 1 });
    await client(
      SEND_EMAIL,
      {
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
      },
      { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
    );
  };
}

/** Whether SES may take a mail later that it has refused with this error. */
export const isRefusedForNow = (error: unknown): boolean => hopeAfter(error) !== 'none';
