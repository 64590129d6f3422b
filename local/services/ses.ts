/**
 * SES: SendEmail of API v2, with simple content. Refuses what SES refuses of it, and keeps the mails.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Access } from '../core/access.ts';
import { ACCOUNT } from '../core/account.ts';
import type { Meter } from '../core/meter.ts';
import { jsonAnswer, jsonBody, type ServiceAnswer, type ServiceCall } from './call.ts';
import type { Faults } from './faults.ts';

/** A mail that was taken. */
export interface SentMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

export type MailListener = (mail: SentMail) => void;

/** Of all operations of API v2. */
const PATH = '/v2/email/';
const SEND = `${PATH}outbound-emails`;

export const isSes = ({ path }: Pick<ServiceCall, 'path'>): boolean => path.startsWith(PATH);

/** In all, of a mail; most accounts have this (developer guide, "Service quotas"). */
const MAX_RECIPIENTS = 50;

/** A local part of ASCII without quotes, at a domain: SES takes no others without encoding. */
const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;

const content = z.strictObject({ Data: z.string(), Charset: z.enum(['UTF-8', 'US-ASCII']).optional() });
const input = z.strictObject({
  FromEmailAddress: z.string(),
  Destination: z.strictObject({ ToAddresses: z.array(z.string()) }),
  Content: z.strictObject({
    Simple: z.strictObject({ Subject: content, Body: z.strictObject({ Text: content }) }),
  }),
});

export interface MailSettings {
  /** Addresses and domains that are verified. */
  readonly verified: readonly string[];
  /** In the sandbox, recipients have to be verified as well. */
  readonly isSandbox: boolean;
}

export type Ses = ReturnType<typeof createSes>;

/** The emulator of SES. An identity is one of every region. */
export function createSes(
  access: Access,
  faults: Faults,
  meter: Meter | undefined,
  { verified, isSandbox }: MailSettings,
  onMail: MailListener,
) {
  const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
  /** An address that is verified itself is the identity, even if its domain is verified, too. */
  const identityOf = (address: string): string | undefined =>
    [address, domainOf(address)].find((each) => verified.includes(each));

  function send(call: ServiceCall, { FromEmailAddress: from, Destination, Content }: z.output<typeof input>) {
    const { ToAddresses: to } = Destination;
    const { Subject, Body } = Content.Simple;
    const wrong = [from, ...to].find((address) => !ADDRESS.test(address));
    if (wrong !== undefined) return refusal('BadRequestException', `Illegal address: ${wrong}`);
    if (to.length === 0 || to.length > MAX_RECIPIENTS)
      return refusal('BadRequestException', `Recipient count is not in the range 1 to ${MAX_RECIPIENTS}.`);
    if (/[\r\n]/.test(Subject.Data))
      return refusal('BadRequestException', 'Header value of Subject holds a line break.');
    const unverified = [from, ...(isSandbox ? to : [])].filter(
      (address) => identityOf(address) === undefined,
    );
    if (unverified.length > 0) {
      const region = call.region.toUpperCase();
      return refusal(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region ${region}: ${unverified.join(', ')}`,
      );
    }
    onMail({ from, to, subject: Subject.Data, text: Body.Text.Data });
    return jsonAnswer(200, CONTENT_TYPE, { MessageId: randomUUID() });
  }

  return {
    async answer(call: ServiceCall): Promise<ServiceAnswer> {
      const { accessKey, method, path, region } = call;
      if (method !== 'POST' || path !== SEND)
        return refusal('NotFoundException', `${method} ${path} is not implemented`, 404);
      const parsed = input.safeParse(jsonBody(call));
      if (!parsed.success) return refusal('BadRequestException', z.prettifyError(parsed.error));
      const { FromEmailAddress: from } = parsed.data;
      const resource = `arn:aws:ses:${region}:${ACCOUNT}:identity/${identityOf(from) ?? from}`;
      const denial = access.refuse(accessKey, [{ action: 'ses:SendEmail', resource, sender: from }]);
      if (denial) return refusal('AccessDeniedException', denial.message, 403);
      const fault = faults.draw('ses');
      if (fault?.kind === 'throttled') return refusal('TooManyRequestsException', 'Too many requests', 429);
      if (fault) return refusal('InternalServiceErrorException', 'Internal error', 500);
      meter?.count({
        caller: access.nameOf(accessKey),
        service: 'ses',
        operation: 'SendEmail',
        requests: 1,
        units: parsed.data.Destination.ToAddresses.length,
      });
      return send(call, parsed.data);
    },
  };
}

const CONTENT_TYPE = 'application/json';

/** REST: the error's name is in a header. */
const refusal = (type: string, message: string, status = 400): ServiceAnswer => {
  const answer = jsonAnswer(status, CONTENT_TYPE, { message });
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': type } };
};
