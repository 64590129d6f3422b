import * as z from 'zod';
import { HTTP_URL } from '../patterns.ts';
import { record, text } from '../schemas.ts';

/** RFC 6749, appendix A. */
const ascii = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[ -~]+$/, 'expected printable ASCII characters');
/** What a header can hold. */
const HEADER_TEXT = /^[!-~]([ -~]*[!-~])?$/;
const EXPECT_HEADER = 'expected printable ASCII characters, without spaces at the ends';

/** RFC 7617: any characters but control characters, and no colon in the name. */
const credential = (isName: boolean) =>
  text(
    (value) => {
      if (!value.isWellFormed() || /\p{Cc}/u.test(value)) return 'expected no control characters';
      return isName && value.includes(':') ? 'expected no colon' : undefined;
    },
    1024,
    isName ? '^[^:\\x00-\\x1f\\x7f-\\x9f]*$' : '^[^\\x00-\\x1f\\x7f-\\x9f]*$',
  );

const basic = z.strictObject({
  type: z.literal('basic'),
  username: credential(true).meta({ description: 'May be a key; then the password is empty.' }),
  password: credential(false),
});

const bearer = z.strictObject({
  type: z.literal('bearer'),
  token: z
    .string()
    .min(1)
    .max(4096)
    .regex(/^[!-~]+$/, 'expected printable ASCII characters without spaces'),
});

const header = z.strictObject({
  type: z.literal('header'),
  name: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'Such as `X-Api-Key`, or `Authorization` with a scheme of its own.' }),
  value: z.string().min(1).max(4096).regex(HEADER_TEXT, EXPECT_HEADER),
});

const oauth2 = z
  .strictObject({
    type: z.literal('oauth2'),
    tokenUrl: z.string().max(2048).meta({ pattern: HTTP_URL, description: 'An https URL without a query.' }),
    clientId: ascii(512),
    clientSecret: ascii(2048),
    clientAuthentication: z.enum(['basic', 'post']).optional().meta({
      description: 'Id and secret in the header Authorization (`basic`, when left out), or in the form.',
    }),
    scope: ascii(2048).optional().meta({ description: 'Scopes, separated by spaces.' }),
    audience: ascii(2048).optional(),
    parameters: record(
      /^[A-Za-z0-9_.-]{1,64}$/,
      'expected names of letters, digits, _ . or -',
      ascii(2048),
      20,
    )
      .optional()
      .meta({ description: 'Further fields of the token request.' }),
  })
  .meta({
    description:
      'The client credentials grant (RFC 6749, 4.4). Tokens are kept in memory until shortly before their end.',
  });

const auth = z.discriminatedUnion('type', [basic, bearer, header, oauth2]).meta({
  id: 'HttpAuth',
  description: 'How requests say who sends them. Credentials are shown as `[hidden]`.',
});

export const http = z
  .strictObject({
    method: z.enum(['POST', 'PUT', 'PATCH']).optional().meta({ description: 'POST when left out.' }),
    auth: auth.optional(),
  })
  .meta({
    id: 'HttpSettings',
    description:
      'Of kind `http`, the API of a service: requests as those of a webhook, by another method or with a credential.',
  });
