import { Aws, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import * as z from 'zod';

/** On everything that an environment has. */
export const ENVIRONMENT_TAG = 'posthorn:environment';

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices */
const TAG_TEXT = /^[\p{L}\p{N} _.:/=+\-@]*$/u;
const NO_TAG_TEXT = 'expected letters, digits, spaces and _ . : / = + - @ alone';

/** A resource has 50 at most. Posthorn and CDK set some, and an organisation may add its own. */
const MAX_TAGS = 40;

/** Labels of all resources, such as `{ team: 'integrations', 'cost-center': '4711' }`. */
export const tagsSchema = z
  .record(
    z.string(),
    z.string().max(256).regex(TAG_TEXT, NO_TAG_TEXT),
    'expected texts by key, such as {"team": "integrations"}',
  )
  .superRefine((tags, { addIssue }) => {
    for (const key of Object.keys(tags)) {
      const message = keyProblem(key);
      if (message) addIssue({ code: 'custom', path: [key], message });
    }
  })
  .refine((tags) => Object.keys(tags).length <= MAX_TAGS, `expected at most ${MAX_TAGS} tags`);

function keyProblem(key: string): string | undefined {
  if (key.length < 1 || key.length > 128) return 'expected a key of 1 to 128 characters';
  if (/^aws:/i.test(key)) return 'expected a key that does not begin with aws:, which AWS keeps';
  if (key === ENVIRONMENT_TAG) return 'expected another key: this one has the name of the environment';
  return TAG_TEXT.test(key) ? undefined : NO_TAG_TEXT;
}

const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
const POLICY_ARN = /^arn:aws(-[a-z]+)*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,511}$/;

/** A managed policy, by its name in the environment's account or by its ARN. */
export const permissionsBoundarySchema = z
  .string()
  .refine(
    (text) => POLICY_NAME.test(text) || POLICY_ARN.test(text),
    'expected the name of a managed policy, or its ARN, such as arn:aws:iam::123456789012:policy/boundary',
  );

/**
 * Why a boundary can't bound roles of this account, if it can't.
 * @param account undefined: any
 */
export function boundaryProblem(
  boundary: string | undefined,
  account: string | undefined,
): string | undefined {
  const owner = boundary?.startsWith('arn:') ? boundary.split(':')[4] : undefined;
  if (owner === undefined || owner === 'aws' || account === undefined || owner === account) return undefined;
  return `expected a policy of account ${account}, got one of ${owner}: IAM takes none of another account`;
}

interface AccountSettings {
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly permissionsBoundary?: string | undefined;
}

/** Puts tags and permissions boundary of the settings on all that is below a construct. */
export function fitAccount(scope: Construct, { tags = {}, permissionsBoundary }: AccountSettings): void {
  for (const [key, value] of Object.entries(tags)) Tags.of(scope).add(key, value);
  if (permissionsBoundary === undefined) return;
  const arn = permissionsBoundary.startsWith('arn:')
    ? permissionsBoundary
    : `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:policy/${permissionsBoundary}`;
  PermissionsBoundary.of(scope).apply(ManagedPolicy.fromManagedPolicyArn(scope, 'Boundary', arn));
}
