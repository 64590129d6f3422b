import * as z from 'zod';

const IDENTITY = /^arn:aws[a-z-]*:ses:[a-z0-9-]+:\d{12}:identity\/\S+$/;

/**
 * The sender of mail to tenants, through SES: an address whose identity (itself, or its domain) is verified there.
 * `identityArn` names that identity where it is in another AWS region than home; left out, it is the address or its domain in
 * the home region.
 */
export const tenantMailSchema = z.strictObject({
  from: z.email('expected an address of mail, such as alerts@example.com').max(254),
  identityArn: z
    .string()
    .regex(IDENTITY, 'expected an ARN, such as arn:aws:ses:eu-central-1:123456789012:identity/example.com')
    .optional(),
});

export type TenantMail = z.infer<typeof tenantMailSchema>;

/** The region of the identity, where it is not home. */
export const mailRegion = ({ identityArn }: TenantMail): string | undefined => identityArn?.split(':')[3];
