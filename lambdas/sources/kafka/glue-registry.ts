import { AwsError } from '../../platform/aws/aws-error.ts';
import type { SchemaRegistry } from './schemas.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetSchemaVersion.html */
interface SchemaVersion {
  readonly SchemaDefinition?: string;
  readonly DataFormat?: string;
  readonly SchemaArn?: string;
  readonly Status?: string;
}

export interface GlueRegistryDeps {
  /** `arn:aws:glue:<region>:<account>:registry/<name>`. */
  readonly registryArn: string;
  call(operation: 'GetSchemaVersion', input: { readonly SchemaVersionId: string }): Promise<SchemaVersion>;
}

/** AWS Glue's registry. */
export function glueRegistry({ registryArn, call }: GlueRegistryDeps): SchemaRegistry {
  const schemas = `${registryArn.replace(':registry/', ':schema/')}/`;
  return {
    async schema(id) {
      const version = await call('GetSchemaVersion', { SchemaVersionId: id }).catch(noneThere);
      // A version of another registry is none of the records of this one.
      if (version?.SchemaDefinition === undefined || !version.SchemaArn?.startsWith(schemas))
        return undefined;
      const { SchemaDefinition: text, DataFormat: format } = version;
      return { format: format === 'AVRO' ? 'avro' : format === 'JSON' ? 'json' : 'other', text };
    },
  };
}

/** @throws what says anything else than that there is none */
function noneThere(error: unknown): undefined {
  if (error instanceof AwsError && error.name === 'EntityNotFoundException') return undefined;
  throw error;
}
