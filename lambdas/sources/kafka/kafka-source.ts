import type { TenantSetting } from '../named-tenant.ts';

/** What a source says of its records, as its function reads it from its variables. */
export interface KafkaSource {
  readonly name: string;
  readonly tenant: TenantSetting<{ readonly header: string } | { readonly member: string }>;
  readonly records: RecordForm;
  /** The registry that its values' schemas are in. Left out, values are JSON, or bytes as they are. */
  readonly registry?: RegistryPlace | undefined;
  /** Before the coordinates in events' ids, where another cluster has a topic of the same name. */
  readonly idPrefix?: string | undefined;
}

/**
 * What a record's value is: an envelope, `{"event_type": …, "payload": …}`, or the payload itself, whose type is the same
 * for all, or stands in a header.
 */
export type RecordForm =
  | {
      readonly form: 'envelope' /** The payload is a text that holds JSON. */;
      readonly payloadText?: boolean | undefined;
    }
  | {
      readonly form: 'payload';
      readonly type: string | { readonly header: string };
      /** Of values that name none in the header `content-type`. Default: JSON. */
      readonly contentType?: string | undefined;
    };

export type RegistryPlace =
  | {
      readonly kind: 'confluent';
      readonly url: string;
      readonly secretArn?: string | undefined;
    }
  | { readonly kind: 'glue'; readonly registryArn: string };

/** Where a record stands: the id of its event, without its source's prefix. */
export const coordinatesOf = (record: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}): string => `${record.topic}-${record.partition}-${record.offset}`;
