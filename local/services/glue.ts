/** AWS Glue: GetSchemaVersion, the only action that functions use. */
import type { Access } from '../core/access.ts';
import type { Meter } from '../core/meter.ts';
import { jsonAnswer, jsonBody, operationOf, type ServiceAnswer, type ServiceCall } from './call.ts';

/** Versions of schemas by their ids. */
export type GlueSchemas = Readonly<Record<string, GlueSchema>>;

interface GlueSchema {
  /** `arn:aws:glue:<region>:<account>:schema/<registry>/<name>`. */
  readonly schemaArn: string;
  readonly definition: string;
  readonly format: 'AVRO' | 'JSON' | 'PROTOBUF';
}

export type Glue = ReturnType<typeof createGlue>;

/** The emulator of Glue's schema registry. */
export function createGlue(access: Access, meter: Meter | undefined, schemas: GlueSchemas) {
  return {
    async answer(call: ServiceCall): Promise<ServiceAnswer> {
      const operation = operationOf(call);
      const input = jsonBody(call);
      if (!input) return refusal('SerializationException', 'The body is no JSON object.');
      const { SchemaVersionId = '' } = input as { SchemaVersionId?: string };
      const schema = schemas[SchemaVersionId];
      // An id names no registry: a grant of one, or of its schemas, is of no use.
      // https://docs.aws.amazon.com/glue/latest/dg/schema-registry-gs.html#schema-registry-gs1b
      const denial = access.refuse(call.accessKey, [{ action: `glue:${operation}`, resource: '*' }]);
      if (denial) return refusal('AccessDeniedException', denial.message);
      if (operation !== 'GetSchemaVersion') return refusal('UnknownOperationException', operation);
      const caller = access.nameOf(call.accessKey);
      meter?.count({ caller, service: 'glue', operation, requests: 1, units: 1 });
      if (!schema) return refusal('EntityNotFoundException', 'Schema version is not found.');
      const { schemaArn, definition, format } = schema;
      return jsonAnswer(200, CONTENT_TYPE, {
        SchemaVersionId,
        SchemaDefinition: definition,
        DataFormat: format,
        SchemaArn: schemaArn,
        VersionNumber: 1,
        Status: 'AVAILABLE',
      });
    },
  };
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

const refusal = (type: string, message: string): ServiceAnswer =>
  jsonAnswer(400, CONTENT_TYPE, { __type: type, message });
