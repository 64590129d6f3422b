/** Whom a role lets assume it. Pure. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
import { z } from 'zod';

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z
    .union([z.unknown().array(), z.unknown()])
    .transform((value) => [value].flat())
    .pipe(
      z.array(
        z.strictObject({
          Sid: z.string().optional(),
          Effect: z.literal('Allow', 'a trust policy that denies is not implemented'),
          Principal: z.strictObject({ AWS: oneOrMore }),
          Action: z.literal('sts:AssumeRole'),
          Condition: z
            .strictObject({ StringEquals: z.strictObject({ 'sts:ExternalId': oneOrMore }) })
            .optional(),
        }),
      ),
    ),
});

/** Who wants to assume a role, and with what. */
export interface Assuming {
  readonly account: string;
  readonly externalId: string | undefined;
}

/** @throws for a document with other elements */
export function compileTrust(document: unknown): (assuming: Assuming) => boolean {
  const { Statement } = documentSchema.parse(document);
  return ({ account, externalId }) =>
    Statement.some(({ Principal, Condition }) => {
      const wanted = Condition?.StringEquals['sts:ExternalId'];
      return (
        Principal.AWS.some((principal) => [account, `arn:aws:iam::${account}:root`].includes(principal)) &&
        (wanted === undefined || (externalId !== undefined && wanted.includes(externalId)))
      );
    });
}
