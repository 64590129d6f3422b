import { expect, test } from 'vitest';
import { assembly, lambda, role, start } from '../fixtures.ts';

const ID = '01234567-89ab-cdef-0123-456789abcdef';
const REGISTRY = 'arn:aws:glue:us-east-1:000000000000:registry/shop';
const SCHEMAS = 'arn:aws:glue:us-east-1:000000000000:schema/shop/*';

/** Asks for a version as Glue's protocol has it. */
const code = {
  fn: `
    export const handler = async ({ operation = 'GetSchemaVersion', id }) => {
      const key = process.env.AWS_ACCESS_KEY_ID;
      const answer = await fetch(process.env.AWS_ENDPOINT_URL_GLUE, {
        method: 'POST',
        headers: {
          'x-amz-target': 'AWSGlue.' + operation,
          authorization: 'AWS4-HMAC-SHA256 Credential=' + key + '/20260101/us-east-1/glue/aws4_request, SignedHeaders=host, Signature=0',
        },
        body: JSON.stringify({ SchemaVersionId: id }),
      });
      return { status: answer.status, ...(await answer.json()) };
    };`,
};

async function asked(grants: [string, string][], event: object): Promise<unknown> {
  const cloud = await start(assembly({ Role: role(...grants), Fn: lambda('fn', 'Role') }, code), {
    glueSchemas: { [ID]: { schemaArn: SCHEMAS.replace('*', 'order'), definition: '"int"', format: 'AVRO' } },
  });
  const answer = await cloud.functions.get('Fn')!.invokeText(JSON.stringify(event));
  return answer.kind === 'returned' ? JSON.parse(answer.payload) : answer;
}

const ALL: [string, string][] = [['glue:GetSchemaVersion', '*']];
const NAMED: [string, string][] = [REGISTRY, SCHEMAS].map((arn) => ['glue:GetSchemaVersion', arn]);

test.each<[string, [string, string][], object, object]>([
  [
    'has a version',
    ALL,
    { id: ID },
    { status: 200, SchemaDefinition: '"int"', DataFormat: 'AVRO', SchemaArn: SCHEMAS.replace('*', 'order') },
  ],
  ['has no other', ALL, { id: 'x' }, { status: 400, __type: 'EntityNotFoundException' }],
  ['takes no grant of a registry and its schemas', NAMED, { id: ID }, { __type: 'AccessDeniedException' }],
  [
    'can do nothing else',
    [...ALL, ['glue:ListSchemas', '*']],
    { operation: 'ListSchemas' },
    { __type: 'UnknownOperationException' },
  ],
])('Glue %s (B8)', async (_, grants, event, answer) => {
  expect(await asked(grants, event)).toMatchObject(answer);
});
