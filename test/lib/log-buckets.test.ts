import { expect, it } from 'vitest';
import { checkSettings, settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, resourcesOf } from '../helpers/synthesised.ts';

const { storage, console: pages } = environmentOf('prod', {
  homeRegion: 'eu-central-1',
  logBuckets: { s3: 'example-s3-logs', cloudFront: 'example-cloudfront-logs' },
});
const resources = [...resourcesOf(storage), ...resourcesOf(pages!)];
const ofType = (type: string) => resources.filter((each) => each.type === type);

it('each bucket writes its access log to the bucket that is there already, below its stack’s name', () => {
  expect(ofType('AWS::S3::Bucket').map(({ properties }) => properties.LoggingConfiguration)).toEqual([
    { DestinationBucketName: 'example-s3-logs', LogFilePrefix: 'posthorn-prod-storage/' },
    { DestinationBucketName: 'example-s3-logs', LogFilePrefix: 'posthorn-prod-console/' },
  ]);
});

it('CloudFront writes its log to its bucket, without cookies', () => {
  const [distribution] = ofType('AWS::CloudFront::Distribution');
  const { Logging } = distribution!.properties.DistributionConfig;
  expect(Logging).toMatchObject({ Prefix: 'posthorn-prod-console/' });
  expect(Logging.IncludeCookies ?? false).toBe(false);
  expect(JSON.stringify(Logging.Bucket)).toContain('example-cloudfront-logs');
});

it.each([{ s3: 'Logs' }, { cloudFront: 's3://logs' }])('%j is refused as a bucket', (logBuckets) => {
  expect(() => checkSettings('mine', { ...settingsOf('dev'), logBuckets })).toThrow(
    /logBuckets\.\w+: expected the name of a bucket/,
  );
});
