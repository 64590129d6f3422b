/**
 * IAM policies: compiled once, evaluated on every call. Pure.
 *
 * Rules from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: an explicit
 * Deny wins, otherwise one Allow is needed. Actions ignore case; resources do not.
 */
import { z } from 'zod';

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly action: (action: string) => boolean;
  readonly resource: (arn: string) => boolean;
  /** Whether the statement covers an item's partition key, or a mail's sender. Undefined: it covers all. */
  readonly leadingKey?: (key: string) => boolean;
}

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMore)]).optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
});

const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17').optional(),
  Id: z.string().optional(),
  Statement: z.union([z.array(statementSchema), statementSchema]).transform((value) => [value].flat()),
});

type RawStatement = z.output<typeof statementSchema>;

/** Condition keys that are the same for every call in the local cloud. A condition on any other key is an error. */
const CONTEXT: Readonly<Record<string, string>> = {
  // The loopback stands for the TLS connection that the SDK opens in AWS.
  'aws:securetransport': 'true',
};

/** Every call here comes from a function's code and so has this key. Its value does not matter. */
const PRESENT = 'lambda:sourcefunctionarn';

/**
 * The statements of an identity policy.
 *
 * @param where names the policy in errors
 * @throws if the document has an unknown element or condition
 */
export function compileIdentityPolicy(document: unknown, where: string): Statement[] {
  return parse(document, where).flatMap((raw) => compile(raw, where));
}

/** The part of a queue's, topic's or bucket's policy that concerns functions. */
export interface ResourcePolicy {
  readonly denials: readonly Statement[];
  /** By the ARN of a role. Within an account such a grant is equal to one in the role's own policy. */
  readonly grants: readonly (readonly [roleArn: string, statement: Statement])[];
}

/** Compiles such a policy. It leaves out grants to AWS services: no service calls a queue here. */
export function compileResourcePolicy(document: unknown, where: string): ResourcePolicy {
  const statements = parse(document, where).filter((raw) => !(raw.Effect === 'Allow' && isServiceOnly(raw)));
  const [allowing, denying] = [true, false].map((isAllow) =>
    statements.filter(({ Effect }) => (Effect === 'Allow') === isAllow),
  );
  const grants = allowing!.flatMap((raw) => {
    const compiled = compile(raw, where);
    return rolesOf(raw, where).flatMap((role) => compiled.map((statement) => [role, statement] as const));
  });
  return { denials: denying!.flatMap((raw) => compile(raw, where)), grants };
}

/** What a resource's policy lets an AWS service do. */
export interface ServiceGrant {
  readonly services: readonly string[];
  readonly action: (action: string) => boolean;
  readonly resource: (arn: string) => boolean;
  /** Whether it holds for calls on behalf of this resource. @throws for an unknown condition */
  readonly isFor: (sourceArn: string) => boolean;
}

export function serviceGrants(document: unknown, where: string): ServiceGrant[] {
  const granting = parse(document, where).filter((raw) => raw.Effect === 'Allow' && isServiceOnly(raw));
  return granting.flatMap((raw) => {
    const { Condition: conditions = {}, Principal, ...plain } = raw;
    const services = typeof Principal === 'object' ? (Principal.Service ?? []) : [];
    const isFor = (sourceArn: string): boolean => isFromSource(conditions, sourceArn, where);
    return compile(plain, where).map(({ action, resource }) => ({ services, action, resource, isFor }));
  });
}

function isFromSource(
  conditions: NonNullable<RawStatement['Condition']>,
  sourceArn: string,
  where: string,
): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => {
      if (operator !== 'StringEquals' || key.toLowerCase() !== 'aws:sourcearn')
        throw new Error(
          `${where}: of a service, only StringEquals on aws:SourceArn is known, got ${operator} on ${key}`,
        );
      return expected.includes(sourceArn);
    }),
  );
}

function rolesOf({ Principal }: RawStatement, where: string): string[] {
  const { AWS = [], ...others } = typeof Principal === 'object' ? Principal : {};
  const isRoles = AWS.length > 0 && AWS.every((arn) => /^arn:aws:iam::\d+:role\//.test(arn));
  if (isRoles && Object.keys(others).length === 0) return AWS;
  throw new Error(`${where}: an Allow for others than roles and services is not implemented`);
}

/**
 * Whether a call is allowed.
 * @param leadingKeys partition keys of the call's items; ForAllValues requires that all of them match
 */
export type Decision = (leadingKeys: readonly string[]) => boolean;

export const NEVER: Decision = () => false;
const ALWAYS: Decision = () => true;

/** Decides on an action (`sqs:SendMessage`) on a resource (an ARN), as far as items' keys do not matter. */
export function decide(statements: readonly Statement[], action: string, resource: string): Decision {
  const covering = statements.filter((each) => each.action(action) && each.resource(resource));
  if (covering.some((each) => each.leadingKey)) return (leadingKeys) => allow(covering, leadingKeys);
  return allow(covering, []) ? ALWAYS : NEVER;
}

function allow(covering: readonly Statement[], leadingKeys: readonly string[]): boolean {
  let allowed = false;
  for (const { effect, leadingKey } of covering) {
    if (leadingKey && !leadingKeys.every(leadingKey)) continue;
    if (effect === 'Deny') return false;
    allowed = true;
  }
  return allowed;
}

/** Whether the statements allow an action on a resource, for items with these partition keys. */
export const isAllowed = (
  statements: readonly Statement[],
  action: string,
  resource: string,
  leadingKeys: readonly string[] = [],
): boolean => decide(statements, action, resource)(leadingKeys);

/** Whether a pattern with `*` and `?` matches a whole text. */
export function wildcard(pattern: string): (text: string) => boolean {
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  return (text) => expression.test(text);
}

function parse(document: unknown, where: string): RawStatement[] {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) throw new Error(`${where}: policy not understood: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement;
}

function isServiceOnly(raw: RawStatement): boolean {
  return typeof raw.Principal === 'object' && Object.keys(raw.Principal).every((kind) => kind === 'Service');
}

function compile(raw: RawStatement, where: string): Statement[] {
  const { leadingKey, others } = splitLeadingKeys(raw, where);
  if (!conditionsHold(others, where)) return [];
  const action = either(raw.Action, raw.NotAction, (pattern) => pattern.toLowerCase(), `${where}: Action`);
  return [
    {
      effect: raw.Effect,
      action: (name) => action(name.toLowerCase()),
      resource: either(raw.Resource, raw.NotResource, plainResource, `${where}: Resource`),
      ...(leadingKey && { leadingKey }),
    },
  ];
}

/** Actions whose requests name the key of each item: none comes without a leading key. */
export const KEYED_ACTIONS: readonly string[] = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
];

/**
 * A mail has one sender, and a role is assumed with one external id, so a condition on it is like one on an item's key. A call
 * without it comes with an empty one.
 */
const ON_ONE_VALUE = [
  { action: 'ses:SendEmail', operator: 'StringEquals', key: 'ses:fromaddress' },
  { action: 'sts:AssumeRole', operator: 'StringLike', key: 'sts:externalid' },
] as const;

function patternsOfOneValue({ Condition = {}, Effect, Action = [] }: RawStatement): string[] | undefined {
  const found = ON_ONE_VALUE.find(
    ({ action, operator, key }) =>
      Effect === 'Allow' &&
      Action.length > 0 &&
      Action.every((name) => name === action) &&
      Object.keys(Condition).join() === operator &&
      Object.keys(Condition[operator]!).join().toLowerCase() === key,
  );
  return found && Object.values(Condition[found.operator]!).flat();
}

const LEADING_KEYS = 'dynamodb:leadingkeys';
const SET_OPERATORS = ['ForAllValues:StringEquals', 'ForAllValues:StringLike'];

/**
 * Separates the condition on DynamoDB's partition keys from the others
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html). ForAllValues holds
 * where there is no key at all, so it is accepted only for actions that always have one, and only to allow.
 */
function splitLeadingKeys(raw: RawStatement, where: string) {
  const { Condition = {}, Effect, Action = [] } = raw;
  const oneOf = patternsOfOneValue(raw)?.map((pattern) =>
    'StringLike' in Condition ? wildcard(pattern) : (text: string) => text === pattern,
  );
  if (oneOf) return { leadingKey: (text: string) => oneOf.some((matches) => matches(text)), others: {} };
  const others: NonNullable<RawStatement['Condition']> = {};
  let leadingKey: Statement['leadingKey'];
  for (const [operator, keys] of Object.entries(Condition)) {
    if (!SET_OPERATORS.includes(operator)) {
      others[operator] = keys;
      continue;
    }
    const isFine =
      Effect === 'Allow' && Action.length > 0 && Action.every((name) => KEYED_ACTIONS.includes(name));
    const [[key, patterns] = ['', []], ...more] = Object.entries(keys);
    if (!isFine || leadingKey || more.length > 0 || key.toLowerCase() !== LEADING_KEYS) {
      throw new Error(
        `${where}: condition ${operator} on ${Object.keys(keys)} is not known here; known is one on dynamodb:LeadingKeys that allows ${KEYED_ACTIONS.join(', ')}`,
      );
    }
    const matchers = patterns.map((pattern) =>
      operator.endsWith('Like') ? wildcard(plainResource(pattern)) : (text: string) => text === pattern,
    );
    leadingKey = (text) => matchers.some((matches) => matches(text));
  }
  return { leadingKey, others };
}

function either(
  yes: string[] | undefined,
  no: string[] | undefined,
  prepare: (pattern: string) => string,
  where: string,
): (text: string) => boolean {
  const patterns = yes ?? no;
  if (!patterns || (yes && no))
    throw new Error(`${where} or Not${where.split(' ').at(-1)}: expected exactly one`);
  const matchers = patterns.map((pattern) => wildcard(prepare(pattern)));
  const covers = (text: string): boolean => matchers.some((matches) => matches(text));
  return yes ? covers : (text) => !covers(text);
}

function plainResource(pattern: string): string {
  if (pattern.includes('${')) throw new Error(`policy variable in resource ${pattern} is not implemented`);
  return pattern;
}

function conditionsHold(conditions: NonNullable<RawStatement['Condition']>, where: string): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => {
      if (operator === 'Null' && key.toLowerCase() === PRESENT) return expected.includes('false');
      const actual = CONTEXT[key.toLowerCase()];
      if (actual === undefined || !['Bool', 'StringEquals'].includes(operator)) {
        throw new Error(
          `${where}: condition ${operator} on ${key} is not known; known are Bool and StringEquals on ${Object.keys(CONTEXT).join(', ')}`,
        );
      }
      return expected.includes(actual);
    }),
  );
}
