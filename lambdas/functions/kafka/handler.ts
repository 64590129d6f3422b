import { awsClient } from '../../platform/aws/aws-client.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { secretReader } from '../../platform/secrets.ts';
import { authorizationOf, confluentRegistry } from '../../sources/kafka/confluent-registry.ts';
import { glueRegistry } from '../../sources/kafka/glue-registry.ts';
import type { KafkaEvent } from '../../sources/kafka/kafka-event.ts';
import type { KafkaSource, RegistryPlace } from '../../sources/kafka/kafka-source.ts';
import { publishTopic, type Registry } from '../../sources/kafka/publish-topic.ts';
import { createSchemas } from '../../sources/kafka/schemas.ts';
import { unframeConfluent, unframeGlue } from '../../sources/kafka/wire-format.ts';
import { sourceDeps } from '../source-deps.ts';

/** As lib/sources/kafka.ts writes it. */
const source = JSON.parse(requireEnv('SOURCE')) as KafkaSource;

const deps = sourceDeps();
const registry = source.registry && registryAt(source.registry);

function registryAt(place: RegistryPlace): Registry {
  const elapsed = (): number => performance.now();
  if (place.kind === 'glue') {
    const found = glueRegistry({ registryArn: place.registryArn, call: awsClient('glue') });
    return { unframe: unframeGlue, schemas: createSchemas(found, elapsed) };
  }
  const { url, secretArn } = place;
  const secret = secretArn && secretReader(secretArn, requireEnvNumber('REGISTRY_SECRET_CACHE_MS'));
  const authorization = async (): Promise<string | undefined> => secret && authorizationOf(await secret());
  const found = confluentRegistry({ url, authorization, fetch });
  return { unframe: unframeConfluent, schemas: createSchemas(found, elapsed) };
}

/** Publishes records of topics. */
export const handler = (event: KafkaEvent): Promise<void> => publishTopic(deps, source, registry, event);
