import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edits, withoutMappings, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { fuzzClient } from '../../helpers/fuzz/fuzz-client.ts';
import { examplePlans, planArbitrary } from '../../helpers/fuzz/fuzz-requests.ts';
import { type Document, type Operation, operationsOf } from '../../helpers/fuzz/openapi.ts';
import { runs } from '../../helpers/runs.ts';

/** Another seed makes other requests: `FUZZ_SEED=7 PROPERTY_RUNS=25` tries more of them. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_121);

/** Enough that every operation gets every kind of wrong input, and few enough for a minute. */
const numRuns = runs(20);

/** The operations that no request from the document alone can succeed with, and why. */
const NEVER_WELL: Record<string, string> = {
  publishToSubscription: 'it takes a signature with a secret that the document does not know',
  relayRequest: 'as publishToSubscription',
  replayDelivery: 'no list that it could be found in stands above it',
  retryDelivery: 'no delivery waits, since none is tried',
  getEventTypeChanges: 'as replayDelivery: the list of event types has another path',
  challengeTarget: 'it takes a target that requires a challenge, and the example of one does not',
  fetchMessages: 'it takes a target of kind pull, and the example of one is a webhook',
  acknowledgeMessages: 'as fetchMessages',
  releaseMessages: 'as fetchMessages',
  extendMessages: 'as fetchMessages',
  redeemSignInLink: 'it takes a link that was made and not used, which the document does not know',
  signInWithOidc: 'the environment has no OpenID provider',
  leaveTenant: 'it takes a session, and the requests are made with a key',
  deleteSession: 'as leaveTenant',
};

// Nothing is delivered: the URLs of the examples belong to others.
const cloud = await startCloud({ edit: edits(withoutWindows, withoutMappings('Dispatch')) });
const document = (await (await fetch(`${cloud.apiUrl}/v1/openapi.json`)).json()) as Document;
const client = fuzzClient(cloud.apiUrl, cloud.key, document);
const operations = operationsOf(document);

const index = new Map(operations.map((operation, at) => [operation, at]));

async function answersItsExamples(operation: Operation): Promise<void> {
  const statuses: number[] = [];
  for (const plan of examplePlans(operation)) statuses.push((await client.check(operation, plan)).status);
  const isWell = statuses.some((status) => status < 300);
  expect({ statuses, isWell }).toEqual({ statuses, isWell: !(operation.operationId in NEVER_WELL) });
}

/** Nothing is shrunk: a failing case is small, and the server's state has changed since. */
const answersAnything = (operation: Operation): Promise<void> =>
  fc.assert(
    fc.asyncProperty(planArbitrary(document, operation), async (plan) => {
      await client.check(operation, plan);
    }),
    { seed: seed + index.get(operation)!, numRuns, endOnFailure: true },
  );

// Creating operations run first, since others need their entities; deleting ones run last.
const deletes = ({ method }: Operation): boolean => method === 'DELETE';
const creates = ({ method, path }: Operation): boolean => method === 'POST' && !path.includes('{');

describe.each([
  ['that creates', operations.filter(creates)],
  ['on what is there', operations.filter((operation) => !creates(operation) && !deletes(operation))],
  ['that deletes', operations.filter(deletes)],
])(`every operation %s, seed ${seed} (C7, D8)`, (_, all) => {
  it.concurrent.each(all)(
    '$operationId answers its examples as documented, with success',
    answersItsExamples,
  );

  it.concurrent.each(all)(
    '$operationId answers anything as documented, and never with a 5xx',
    answersAnything,
  );
});
