import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { EACH_SOURCE } from '../helpers/each-source.ts';
import { environmentOf } from '../helpers/synthesised.ts';

/** Holds the stacks that Terraform deploys against the app's own. */

const hcl = readFileSync(new URL('../../examples/terraform/main.tf', import.meta.url), 'utf8');

const blocks = new Map(
  [...hcl.matchAll(/resource "aws_cloudformation_stack" "(\w+)" \{\n([\s\S]*?)\n\}/g)].map(
    ([, name, body]) => [name!, body!] as const,
  ),
);

const environment = environmentOf('prod', { console: { embedOrigins: [] }, sources: EACH_SOURCE });
const stacks = environment.node.findAll().filter(Stack.isStack);
const partOf = ({ stackName }: Stack): string => stackName.replace('posthorn-prod-', '');

/** The stacks that a block waits for, and those that these wait for. */
function waitsFor(part: string): Set<string> {
  const [, list = ''] = /depends_on\s*=\s*\[(.*)\]/.exec(blocks.get(part) ?? '') ?? [];
  const direct = [...list.matchAll(/aws_cloudformation_stack\.(\w+)/g)].map(([, name]) => name!);
  return new Set([...direct, ...direct.flatMap((name) => [...waitsFor(name)])]);
}

describe('Terraform', () => {
  it('deploys each stack of an environment in one AWS region', () => {
    expect([...blocks.keys()].sort()).toEqual(stacks.map(partOf).sort());
    for (const [part, body] of blocks) {
      expect(body).toContain(`"posthorn-\${var.environment}-${part}"`);
      expect(body).toContain(`local.templates["${part}"]`);
    }
  });

  it.each(stacks.map((stack) => [partOf(stack), stack] as const))(
    'waits with %s for what it needs',
    (part, stack) => {
      const needed = stack.dependencies.map(partOf);
      expect(needed.filter((one) => !waitsFor(part).has(one))).toEqual([]);
    },
  );

  it('leaves out what an environment may be without', () => {
    const optional = [...blocks].filter(([, body]) => body.includes('count ')).map(([name]) => name);
    expect(optional.sort()).toEqual(['console', 'monitoring', 'sources']);
  });

  it('asks for the one capability that the templates need', () => {
    for (const stack of stacks) {
      const text = JSON.stringify(Template.fromStack(stack).toJSON());
      expect([partOf(stack), /"RoleName"|"UserName"|"ManagedPolicyName"|"Transform"/.test(text)]).toEqual([
        partOf(stack),
        false,
      ]);
    }
  });

  it('hands on outputs that there are', () => {
    const outputs = [...hcl.matchAll(/aws_cloudformation_stack\.(\w+)(?:\[\*\])?\.outputs\["(\w+)"\]/g)];
    expect(outputs).toHaveLength(3);
    for (const [, part, name] of outputs) {
      const stack = stacks.find((one) => partOf(one) === part)!;
      expect(Object.keys(Template.fromStack(stack).toJSON().Outputs)).toContain(name);
    }
  });
});
