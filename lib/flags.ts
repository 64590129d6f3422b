import type { Construct } from 'constructs';
import app from '../cdk.json' with { type: 'json' };

/**
 * Gives a construct the feature flags of cdk.json, which its templates were written and tested with. In another CDK app, whose
 * flags may be older, newer or none, the templates stay the same, and the app's own stacks keep its own flags.
 * @throws Error of CDK's where the construct has children already
 */
export function pinFlags(construct: Construct): void {
  const flags = Object.entries<unknown>(app.context).filter(([name]) => name.startsWith('@'));
  for (const [name, value] of flags) construct.node.setContext(name, value);
}
