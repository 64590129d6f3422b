import * as z from 'zod';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const guid = (what: string) =>
  z.string().regex(GUID, `expected ${what}, such as 01234567-89ab-cdef-0123-456789abcdef`);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-chatbot-slackchannelconfiguration.html */
const slackSchema = z.strictObject({
  workspaceId: z
    .string()
    .regex(
      /^[0-9A-Z]{1,255}$/,
      'expected the id of a workspace as AWS shows it once it is authorised, such as T0123ABCD',
    ),
  channelId: z
    .string()
    .regex(/^[A-Za-z0-9]{1,255}$/, 'expected the id at the end of the channel’s link, such as C0123ABCD'),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-chatbot-microsoftteamschannelconfiguration.html */
const teamsSchema = z.strictObject({
  tenantId: guid('the tenant’s id'),
  teamId: guid('the team’s id'),
  channelId: z
    .string()
    .regex(
      /^[\w%:@.-]{1,255}$/,
      'expected the id in the channel’s link, such as 19%3aab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2',
    ),
});

/** Who hears of alarms of one severity. */
const receiversSchema = z.strictObject({
  /** Addresses of mail. AWS asks each first, for each AWS region. */
  emails: z
    .array(z.email('expected an address of mail, such as operators@example.com'))
    .max(20, 'expected at most 20 addresses: a mailing list can have more readers'),
  /** Addresses that SNS posts to, such as those of a paging service. Each has to confirm its subscription by itself. */
  urls: z
    .array(
      z
        .url({
          protocol: /^https$/,
          error: 'expected an https address, such as https://events.pager.example.com/…',
        })
        .max(2048),
    )
    .max(10, 'expected at most 10 addresses'),
  /** Channels of a chat. The workspace or team is authorised by hand first. */
  chat: z.strictObject({ slack: slackSchema.optional(), teams: teamsSchema.optional() }).optional(),
});

/** Who is told of Posthorn’s own problems: at once, or when the day begins. */
export const notifySchema = z.strictObject({
  /** What an operator has to get up for. */
  page: receiversSchema,
  /** What can wait for the morning, and the mails about targets and dead letters. */
  ticket: receiversSchema,
});

export type NotifySettings = z.infer<typeof notifySchema>;
export type Receivers = NotifySettings['page'];

/** AWS needs no address to deploy. */
export const NOBODY: NotifySettings = { page: { emails: [], urls: [] }, ticket: { emails: [], urls: [] } };

/** A settings file of an earlier release has addresses here, and must not lose them unnoticed. */
export const replacedAlertEmails = z
  .never(
    'expected notify instead: { page: { emails: […], urls: [] }, ticket: { emails: […], urls: [] } }. The addresses that alertEmails had belong to ticket; name at page who has to get up',
  )
  .optional();
