import { CfnOutput, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

/** In no name of AWS's. */
const BETWEEN = '|';

/**
 * Reads names of what other stacks have: all of a stack in one output. CloudFormation looks up every `Fn::GetStackOutput` by itself,
 * also the same one again, and DescribeStacks takes about one request a second: a dashboard's hundreds of names would throttle the
 * deployment (https://github.com/aws/aws-cdk/issues/38010). A parameter of Systems Manager, which is free, keeps what was read, since
 * `Fn::Split` takes an attribute but no output.
 */
export class Names {
  private readonly lists = new Map<Stack, NamesOfStack>();
  private readonly scope: Construct;

  constructor(scope: Construct) {
    this.scope = scope;
  }

  /** @param owner whose name it is; its stack has the output */
  read(owner: Construct, name: string): string {
    const source = Stack.of(owner);
    const list = this.lists.get(source) ?? new NamesOfStack(this.scope, source);
    this.lists.set(source, list);
    return list.read(name);
  }
}

class NamesOfStack extends Construct {
  private readonly names: string[] = [];
  private readonly kept: CfnParameter;

  constructor(scope: Construct, source: Stack) {
    super(scope, `NamesOf-${source.node.id}`);
    const reader = Stack.of(this);
    const output = new CfnOutput(source, `NamesFor-${reader.node.id}`, {
      value: Lazy.string({ produce: () => Fn.join(BETWEEN, this.names) }),
    });
    reader.addStackDependency(source);
    const name: string = source.resolve(output.logicalId);
    const region = source.region === reader.region ? undefined : source.region;
    this.kept = new CfnParameter(this, 'Parameter', {
      type: 'String',
      description: `Names of what ${source.stackName} has`,
      value: Fn.getStackOutput(source.stackName, name, region),
    });
  }

  read(name: string): string {
    if (!this.names.includes(name)) this.names.push(name);
    return Fn.select(this.names.indexOf(name), Fn.split(BETWEEN, this.kept.attrValue));
  }
}
