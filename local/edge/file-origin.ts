/** A bucket behind origin access control, and what CloudFront makes of its answers. */
import { compressed, encodingFor } from './compression.ts';
import type { AnswerHeaders } from './response-headers.ts';

export interface StoredFile {
  readonly body: Buffer;
  readonly contentType: string;
  /** With its quotes. */
  readonly etag: string;
  readonly cacheControl: string | undefined;
  readonly lastModified: Date;
}

export interface FileOrigin {
  /** Whether the bucket's policy lets the distribution do this with the bucket or its object. */
  allows(action: 's3:GetObject' | 's3:ListBucket', key: string): boolean;
  read(key: string): StoredFile | undefined;
}

export interface FileAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: Buffer;
}

interface FileRequest {
  /** Undecoded. */
  readonly uri: string;
  readonly acceptEncoding: string;
  readonly ifNoneMatch: string | undefined;
  readonly compress: boolean;
}

/**
 * Answers as S3 does: 404 for what is missing only if the distribution may list the bucket, else 403.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function createFileAnswers(origin: FileOrigin): (request: FileRequest) => Promise<FileAnswer> {
  // As CloudFront keeps them. A file of a hash never changes, and a new version of another one has another ETag.
  const kept = new Map<string, Promise<Buffer>>();
  return async ({ uri, acceptEncoding, ifNoneMatch, compress }) => {
    const key = decoded(uri.slice(1));
    if (key === undefined) return refusal(400, 'InvalidURI');
    const file = origin.allows('s3:GetObject', key) ? origin.read(key) : undefined;
    if (!file) {
      const mayKnow = origin.allows('s3:GetObject', key) && origin.allows('s3:ListBucket', '');
      return mayKnow ? refusal(404, 'NoSuchKey') : refusal(403, 'AccessDenied');
    }
    const { body, contentType, etag, cacheControl, lastModified } = file;
    const encoding = compress ? encodingFor(acceptEncoding, contentType, body.length) : undefined;
    // The compressed form is another sequence of bytes.
    const tag = encoding ? `W/${etag}` : etag;
    const headers = {
      'content-type': contentType,
      etag: tag,
      'last-modified': lastModified.toUTCString(),
      'accept-ranges': 'bytes',
      server: 'AmazonS3',
      'x-amz-server-side-encryption': 'AES256',
      ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
      ...(compress && { vary: 'Accept-Encoding' }),
    };
    if (ifNoneMatch !== undefined && isAmong(tag, ifNoneMatch))
      return { status: 304, headers, body: Buffer.alloc(0) };
    if (!encoding) return { status: 200, headers, body };
    const name = `${encoding} ${key} ${etag}`;
    if (!kept.has(name)) kept.set(name, compressed(body, encoding));
    return {
      status: 200,
      headers: { ...headers, 'content-encoding': encoding },
      body: await kept.get(name)!,
    };
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** RFC 9110, 13.1.2: a weak comparison. */
const isAmong = (tag: string, list: string): boolean =>
  list
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .some((each) => each === '*' || each === tag.replace(/^W\//, ''));

function refusal(status: number, code: string): FileAnswer {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
  return { status, headers: { 'content-type': 'application/xml', server: 'AmazonS3' }, body };
}
