import type { BehaviorSettings, OriginSettings, World } from '../resources/world.ts';
import { close, listen } from '../services/endpoint.ts';
import { type Behavior, createDistribution } from './distribution.ts';
import { createFileAnswers, type FileOrigin } from './file-origin.ts';

interface RunningEdge {
  /** Empty without a distribution. */
  readonly url: string;
  /** Ends all connections, those of WebSockets too. */
  stop(): Promise<void>;
}

/** Serves the distribution of a deployment, which is there before it. */
export async function startDistribution(world: World, port: number): Promise<RunningEdge> {
  const [distribution, ...others] = world.distributions;
  if (others.length > 0) throw new Error('more than one distribution is not implemented');
  if (!distribution) return { url: '', stop: async () => {} };
  const { arn, behaviors, byDefault } = distribution;
  const origins = new Map<OriginSettings, Behavior['origin']>();
  const originOf = (settings: OriginSettings): Behavior['origin'] => {
    const known = origins.get(settings) ?? origin(world, arn, settings);
    origins.set(settings, known);
    return known;
  };
  const withOrigin = (settings: BehaviorSettings): Behavior => ({
    ...settings,
    origin: originOf(settings.origin),
  });
  const { server, endConnections } = createDistribution(
    { ...distribution, behaviors: behaviors.map(withOrigin), byDefault: withOrigin(byDefault) },
    world.log,
    () => world.isDown,
  );
  const stop = (): Promise<void> => {
    endConnections();
    return close(server);
  };
  return { url: await listen(server, port), stop };
}

function origin(world: World, distributionArn: string, settings: OriginSettings): Behavior['origin'] {
  if (settings.kind === 'files')
    return { kind: 'files', answer: createFileAnswers(fileOrigin(world, distributionArn, settings)) };
  const hosts = [...world.apis.values()].map(({ id, region, url }) => ({
    host: `${id}.execute-api.${region}.amazonaws.com`,
    url,
  }));
  const api = hosts.find(({ host }) => host === settings.host);
  if (!api)
    throw new Error(
      `no API ${settings.host}; there are ${hosts.map(({ host }) => host).join(', ') || 'none'}`,
    );
  return { kind: 'api', api };
}

function fileOrigin(
  { access, s3 }: World,
  distributionArn: string,
  { bucket, isSigned }: Extract<OriginSettings, { kind: 'files' }>,
): FileOrigin {
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    allows: (action, key) =>
      isSigned &&
      access.serviceMayCall('cloudfront.amazonaws.com', distributionArn, {
        action,
        resource: action === 's3:ListBucket' ? arn : `${arn}/${key}`,
      }),
    read(key) {
      const object = s3.getObject(bucket, key);
      if (!object) return undefined;
      const { headers, ...file } = object;
      return { ...file, contentType: headers['content-type']!, cacheControl: headers['cache-control'] };
    },
  };
}
