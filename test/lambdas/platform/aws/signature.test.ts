import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Service } from '../../../../lambdas/platform/aws/endpoint.ts';
import { signer } from '../../../../lambdas/platform/aws/signature.ts';
import { Sha256 } from '../../../helpers/sha256.ts';

const word = fc.stringMatching(/^[A-Za-z0-9+/=_-]{1,40}$/);

describe('a signature', () => {
  it('is that of AWS’s own signer, whatever is signed, with which key and on which days', async () => {
    const request = fc.record({
      service: fc.constantFrom<Service>('dynamodb', 'sqs', 'secretsmanager', 'monitoring', 'ses'),
      region: fc.constantFrom('eu-central-1', 'us-east-1', 'cn-north-1'),
      accessKeyId: word,
      secretAccessKey: word,
      sessionToken: fc.option(word, { nil: undefined }),
      host: fc.domain(),
      target: word,
      body: fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      days: fc.array(
        fc.date({ min: new Date('2026-01-01'), max: new Date('2026-01-04'), noInvalidDate: true }),
        {
          maxLength: 4,
        },
      ),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ service, region, host, target, body, days, ...credentials }) => {
        const contentType = 'application/x-amz-json-1.0';
        const isRest = service === 'ses';
        const path = isRest ? '/v2/email/outbound-emails' : '/';
        const sign = signer({ service, region, host, contentType, isRest, credentials });
        const { sessionToken, ...keys } = credentials;
        const theirs = new SignatureV4({
          credentials: { ...keys, ...(sessionToken && { sessionToken }) },
          region,
          service,
          sha256: Sha256,
          applyChecksum: false,
        });
        const headers = { host, 'content-type': contentType, ...(!isRest && { 'x-amz-target': target }) };
        for (const at of days) {
          const { 'content-length': length, ...made } = sign(isRest ? path : target, body, at);
          const again = await theirs.sign(
            { method: 'POST', protocol: 'https:', hostname: host, path, headers, body },
            { signingDate: at },
          );
          expect(made).toEqual(again.headers);
          expect(length).toBe(String(Buffer.byteLength(body)));
        }
      }),
    );
  });
});
