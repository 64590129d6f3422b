import { Template as Synthesised } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import type { Template } from '../../../local/template/template.ts';
import { type Edit, edits, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { environmentOf } from '../../helpers/synthesised.ts';

/** Deploys `local` with two gateways, with the existing bundles as the functions' code. */
function withStaticEgress(): Edit {
  const { storage, pipeline, api } = environmentOf('local', {
    homeRegion: 'us-east-1',
    staticEgress: { zones: { 'us-east-1': ['use1-az1', 'use1-az2'] } },
  });
  const stacks = new Map([storage, pipeline, api].map((stack) => [stack.stackName, stack]));
  return (name, template) => {
    const stack = stacks.get(name);
    // The console's is the same, and its files come from a build.
    if (!stack) return;
    const changed = Synthesised.fromStack(stack).toJSON() as Template;
    for (const [id, { Properties }] of Object.entries(changed.Resources)) {
      const { Code } = template.Resources[id]?.Properties ?? {};
      if (Code) Properties!.Code = Code;
    }
    Object.assign(template, changed);
  };
}

it('delivers from addresses that it publishes (D2)', async () => {
  await using cloud = await startCloud({ edit: edits(withStaticEgress(), withoutWindows) });
  const endpoint = await startEndpoint();
  await cloud.api.subscribe({ url: endpoint.url, events: ['walled'] });
  const { id } = await cloud.api.publish('walled', 1);
  await cloud.delivery(id, 'delivered');
  const addresses = ['203.0.113.1', '203.0.113.2'];
  expect(await cloud.api.call('GET', '/v1/egress')).toEqual({
    static: true,
    addresses: [{ region: 'us-east-1', addresses }],
  });
  expect(Object.values(cloud.outputs).find((outputs) => outputs.EgressAddress1)).toMatchObject({
    EgressAddress1: addresses[0],
    EgressAddress2: addresses[1],
  });
  expect(cloud.denials).toEqual([]);
});
