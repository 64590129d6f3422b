/** S3's answers in XML. */
import type { ServiceAnswer } from '../call.ts';

const XML = { 'content-type': 'application/xml' };
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Also a line's end, which a parser would change. */
const escaped = (text: string): string =>
  text.replace(/[&<>"'\r\n]/g, (c) => ESCAPES[c] ?? `&#${c.charCodeAt(0)};`);

const unescaped = (text: string): string =>
  text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name === undefined)
        return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex!, 16));
      return Object.keys(ESCAPES).find((c) => ESCAPES[c] === `&${name};`) ?? whole;
    },
  );

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly answer: ServiceAnswer;
  constructor(status: number, code: string, message: string) {
    super(message);
    const error = `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
    this.answer = { status, headers: XML, body: `${HEAD}${error}` };
  }
}

/** What a list says of an object. */
interface Listed {
  readonly key: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
}

interface Page {
  readonly bucket: string;
  readonly prefix: string;
  readonly max: number;
  readonly objects: readonly Listed[];
  readonly isTruncated: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listAnswer({ bucket, prefix, max, objects, isTruncated }: Page): ServiceAnswer {
  const contents = objects.map(
    ({ key, body, etag, lastModified }) =>
      `<Contents><Key>${escaped(key)}</Key><LastModified>${lastModified.toISOString()}</LastModified>` +
      `<ETag>${escaped(etag)}</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const token = Buffer.from(objects.at(-1)?.key ?? '').toString('base64');
  const result =
    `<Name>${bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${objects.length}</KeyCount>` +
    `<MaxKeys>${max}</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>` +
    (isTruncated ? `<NextContinuationToken>${token}</NextContinuationToken>` : '') +
    contents.join('');
  return {
    status: 200,
    headers: XML,
    body: `${HEAD}<ListBucketResult ${NAMESPACE}>${result}</ListBucketResult>`,
  };
}

/** What DeleteObjects names. */
export function keysToDelete(xml: string): { readonly keys: readonly string[]; readonly isQuiet: boolean } {
  const keys = [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => unescaped(key!));
  return { keys, isQuiet: /<Quiet>true<\/Quiet>/i.test(xml) };
}

export function deletedAnswer(keys: readonly string[]): ServiceAnswer {
  const deleted = keys.map((key) => `<Deleted><Key>${escaped(key)}</Key></Deleted>`).join('');
  return { status: 200, headers: XML, body: `${HEAD}<DeleteResult ${NAMESPACE}>${deleted}</DeleteResult>` };
}
