/**
 * The IAM actions that an S3 request needs. Pure. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
 */
import type { Check } from '../../core/access.ts';
import { keysToDelete, S3Error } from './s3-xml.ts';

export interface S3Request {
  readonly method: string;
  /** Path and query, path style: `/bucket/key?query`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}

const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  POST: 's3:PutObject', // multipart: create and complete
  DELETE: 's3:DeleteObject',
};

const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  GET: 's3:ListBucket',
  HEAD: 's3:ListBucket',
  PUT: 's3:CreateBucket',
  DELETE: 's3:DeleteBucket',
};

/**
 * The permissions that a request needs. Sub-resources (`?tagging`, `?lifecycle`), which no function uses, would need
 * their own actions.
 */
export function s3Checks(request: S3Request): Check[] {
  const { bucket, key, query } = addressed(request.url);
  if (!bucket) return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  const arn = `arn:aws:s3:::${bucket}`;
  if (!key) return bucketChecks(request, query, arn);
  const resource = `${arn}/${key}`;
  if (request.method === 'DELETE' && query.has('uploadId'))
    return [{ action: 's3:AbortMultipartUpload', resource }];
  const action = OBJECT_ACTIONS[request.method] ?? `s3:${request.method}`;
  return [{ action, resource }, ...copySource(request)];
}

/** What a path-style URL names. @throws S3Error */
export function addressed(url: string) {
  const [path = '/', search = ''] = url.split('?', 2);
  const [, bucket = '', ...rest] = path.split('/');
  return { bucket, key: decoded(rest.join('/')), query: new URLSearchParams(search) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

function bucketChecks(request: S3Request, query: URLSearchParams, arn: string): Check[] {
  if (request.method === 'POST' && query.has('delete')) {
    return keysToDelete(String(request.body ?? '')).keys.map((key) => ({
      action: 's3:DeleteObject',
      resource: `${arn}/${key}`,
    }));
  }
  return [{ action: BUCKET_ACTIONS[request.method] ?? `s3:${request.method}Bucket`, resource: arn }];
}

function copySource(request: S3Request): Check[] {
  const source = request.headers['x-amz-copy-source'];
  if (typeof source !== 'string') return [];
  return [{ action: 's3:GetObject', resource: `arn:aws:s3:::${decoded(source).replace(/^\//, '')}` }];
}
