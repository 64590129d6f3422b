import * as z from 'zod';

const ROLES = /^arn:aws(-cn|-us-gov)?:iam::(\*|\d{12}):role\/[A-Za-z0-9_+=,.@/*-]{1,256}$/;

/**
 * Targets on AWS: queues, buses, topics, streams, functions and buckets in the accounts of consumers. `roles` are the roles
 * that dispatch may assume there, as ARNs in which `*` stands for any text; each time it gives an external id that the role's
 * trust policy has to ask for. A name that no other role begins with keeps it from roles that were made for something else.
 */
export const awsDestinationsSchema = z.strictObject({
  roles: z
    .array(
      z
        .string()
        .regex(ROLES, 'expected ARNs of roles, such as arn:aws:iam::*:role/posthorn-delivery-*')
        .refine(
          (arn) => !/:role\/\*/.test(arn),
          'expected what the names of the roles begin with: another role of an account may trust this one too',
        ),
    )
    .min(1)
    // Each is in the policies of all functions of dispatch.
    .max(5)
    .refine((roles) => roles.join(' ').length <= 500, 'expected at most 500 characters in all'),
});

export type AwsDestinations = z.infer<typeof awsDestinationsSchema>;

/** What manage's variables, 4 KB, have room for in the largest environment. */
const MANAGE_ROOM = 48;

/**
 * The roles as manage gets them, to refuse others when a target is written. Where there is no room for all, what they begin
 * with alike: what passes manage then, IAM refuses.
 */
export function rolesForManage({ roles }: AwsDestinations): string {
  const text = roles.join(' ');
  if (text.length <= MANAGE_ROOM) return text;
  const [first = '', ...others] = roles.map((role) => role.replace(/\*$/, ''));
  const isCommon = (length: number): boolean =>
    others.every((other) => other.slice(0, length) === first.slice(0, length));
  let length = Math.min(first.length, MANAGE_ROOM - 1);
  while (!isCommon(length)) length--;
  return `${first.slice(0, length)}*`;
}
