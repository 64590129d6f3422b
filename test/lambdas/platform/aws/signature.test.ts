import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Service } from '../../../../lambdas/platform/aws/endpoint.ts';
import { signed } from '../../../../lambdas/platform/aws/signature.ts';

/** As the signer wants it. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array);
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);

function setEnv(values: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of values) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

afterAll(() => setEnv(before));

const word = fc.stringMatching(/^[A-Za-z0-9+/=_-]{1,40}$/);

describe('a signature', () => {
  it('is that of AWS’s own signer, whatever is signed, with which key and on which day', async () => {
    const request = fc.record({
      service: fc.constantFrom<Service>('dynamodb', 'sqs', 'secretsmanager', 'monitoring'),
      region: fc.constantFrom('eu-central-1', 'us-east-1', 'cn-north-1'),
      accessKeyId: word,
      secretAccessKey: fc.oneof(word, fc.constant('the same')),
      sessionToken: fc.option(word, { nil: undefined }),
      host: fc.domain(),
      target: word,
      body: fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      at: fc.date({ min: new Date('2026-01-01'), max: new Date('2026-02-01'), noInvalidDate: true }),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ service, region, host, target, body, at, ...given }) => {
        const { accessKeyId, secretAccessKey, sessionToken } = given;
        setEnv(NAMES.map((name, i) => [name, [accessKeyId, secretAccessKey, sessionToken][i]]));
        const headers = { host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
        const made = signed(service, region, headers, body, at);
        const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
        const signer = new SignatureV4({
          credentials,
          region,
          service,
          sha256: Sha256,
          applyChecksum: false,
        });
        const again = await signer.sign(
          { method: 'POST', protocol: 'https:', hostname: host, path: '/', headers, body },
          { signingDate: at },
        );
        const { 'content-length': length, ...others } = made;
        expect(others).toEqual(again.headers);
        expect(length).toBe(String(Buffer.byteLength(body)));
      }),
    );
  });
});
