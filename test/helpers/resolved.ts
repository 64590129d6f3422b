import { type Stack, Token } from 'aws-cdk-lib';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import type { PosthornEnvironment } from '../../lib/environment.ts';
import { resolve, type Scope } from '../../local/template/intrinsics.ts';
import type { Json, JsonObject, Template } from '../../local/template/template.ts';

/** A resource of a template as AWS would see it, with CloudFormation's names in their real lengths. */
export interface ResolvedResource {
  readonly stack: string;
  readonly region: string;
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
  readonly properties: any;
  readonly arn: string;
  /** The value of `Ref`. */
  readonly ref: string;
}

export interface ResolvedStack {
  readonly name: string;
  readonly template: Template & { readonly Description?: string };
  /** As it is uploaded. */
  readonly body: string;
  readonly resources: readonly ResolvedResource[];
}

const ACCOUNT = '123456789012';
/** The region of stacks that name none: the longest name of any region. */
const SOMEWHERE = 'ap-southeast-1';

/** All stacks of an environment. */
const stacksOf = ({
  storage,
  pipeline,
  api,
  regions,
  sources,
  firewall,
  console,
  monitoring,
}: PosthornEnvironment): Stack[] => [
  storage,
  pipeline,
  api,
  ...regions.flatMap(({ queues, dispatch }) => [queues, dispatch]),
  ...(sources ? [sources] : []),
  ...(firewall ? [firewall] : []),
  ...(console ? [console] : []),
  ...monitoring,
];

/** An environment's stacks, with every reference replaced by its value. */
export function resolvedStacks(environment: PosthornEnvironment): ResolvedStack[] {
  const sources = stacksOf(environment).map((stack) => ({
    name: stack.stackName,
    region: Token.isUnresolved(stack.region) ? SOMEWHERE : stack.region,
    template: Assertions.fromStack(stack).toJSON() as ResolvedStack['template'],
  }));
  const outputOf = (name: string, output: string, region: string): Json => {
    const source = sources.find((each) => each.name === name && each.region === region);
    const found = source?.template.Outputs?.[output];
    if (!source || !found) throw new Error(`no output ${output} of ${name} in ${region}`);
    return resolve(found.Value, scopeOf(source))!;
  };
  const importOf = (exported: string, region: string): Json => {
    for (const source of sources) {
      for (const { Value, Export } of Object.values(source.template.Outputs ?? {})) {
        if (source.region === region && Export?.Name === exported) return resolve(Value, scopeOf(source))!;
      }
    }
    throw new Error(`no export ${exported} in ${region}`);
  };
  const scopeOf = ({ name, region, template }: (typeof sources)[number]): Scope => {
    const pseudo: Record<string, string> = {
      'AWS::Region': region,
      'AWS::AccountId': ACCOUNT,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': name,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${name}/01234567-89ab-cdef-0123-456789abcdef`,
    };
    const place = { stack: name, region };
    const typeOf = (id: string): string => template.Resources[id]?.Type ?? 'AWS::SSM::Parameter';
    return {
      ref: (id) => pseudo[id] ?? namesOf(place, id, typeOf(id)).ref,
      getAtt: (id, attribute) => {
        const { Type, Properties = {} } = template.Resources[id] ?? {};
        // What it keeps, it gives back.
        if (Type === 'AWS::SSM::Parameter' && attribute === 'Value')
          return resolve(Properties.Value!, scopeOf({ name, region, template }))!;
        return attributeOf(place, id, typeOf(id), attribute);
      },
      importValue: (exported) => importOf(exported, region),
      stackOutput: (stack, output, other = region) => outputOf(stack, output, other),
      condition: () => true,
    };
  };
  return sources.map((source) => {
    const { name, region, template } = source;
    const resources = Object.entries(template.Resources).map(([id, { Type, Properties = {} }]) => ({
      stack: name,
      region,
      id,
      type: Type,
      properties: resolve(Properties, scopeOf(source)) as JsonObject,
      ...namesOf({ stack: name, region }, id, Type),
    }));
    return { name, template, body: JSON.stringify(template, null, 1), resources };
  });
}

interface Place {
  readonly stack: string;
  readonly region: string;
}

/** Services that allow only shorter names than CloudFormation makes. */
const MAX_NAME: Readonly<Record<string, number>> = {
  'AWS::SQS::Queue': 80,
  'AWS::Lambda::Function': 64,
  'AWS::Lambda::Alias': 64,
  'AWS::IAM::Role': 64,
  'AWS::S3::Bucket': 63,
};

/** `<stack>-<logical id>-<twelve letters and digits>`, shortened before the last part. */
function physicalName({ stack }: Place, id: string, type: string): string {
  const tail = '-0A1B2C3D4E5F';
  const name = `${stack}-${id}`.slice(0, (MAX_NAME[type] ?? 255) - tail.length) + tail;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

function namesOf(place: Place, id: string, type: string): { ref: string; arn: string } {
  const name = physicalName(place, id, type);
  const { region } = place;
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
  switch (type) {
    case 'AWS::SQS::Queue':
      return { ref: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${name}`, arn: arn('sqs', name) };
    case 'AWS::SNS::Topic':
      return { ref: arn('sns', name), arn: arn('sns', name) };
    case 'AWS::Lambda::Function':
      return { ref: name, arn: arn('lambda', `function:${name}`) };
    case 'AWS::Lambda::Alias': {
      // Its function is called otherwise; its name is as long.
      const alias = arn('lambda', `function:${name}:current`);
      return { ref: alias, arn: alias };
    }
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return { ref: name, arn: arn('dynamodb', `table/${name}`) };
    case 'AWS::S3::Bucket':
      return { ref: name, arn: `arn:aws:s3:::${name}` };
    case 'AWS::IAM::Role':
      return { ref: name, arn: `arn:aws:iam::${ACCOUNT}:role/${name}` };
    case 'AWS::EC2::EIP':
      return { ref: '203.0.113.255', arn: arn('ec2', name) };
    case 'AWS::SecretsManager::Secret': {
      const secret = arn('secretsmanager', `secret:${name}-AbCdEf`);
      return { ref: secret, arn: secret };
    }
    case 'AWS::KMS::Key':
      return {
        ref: '01234567-89ab-cdef-0123-456789abcdef',
        arn: arn('kms', 'key/01234567-89ab-cdef-0123-456789abcdef'),
      };
    default:
      return { ref: name, arn: arn(type.split('::')[1]!.toLowerCase(), name) };
  }
}

function attributeOf(place: Place, id: string, type: string, attribute: string): string {
  const { ref, arn } = namesOf(place, id, type);
  if (attribute === 'Arn' || attribute.endsWith('Arn')) return arn;
  if (attribute === 'QueueName') return physicalName(place, id, type);
  return attribute === 'PublicIp' ? '203.0.113.255' : ref;
}
