import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../client/index.ts';
import type { Operation } from '../../client/operation.ts';
import { describeOperations } from '../../client/operations/describe.ts';
import { writeMethods, writeOperations } from '../../client/operations/write.ts';
import { takesIdempotencyKey, takesIfMatch } from '../../lambdas/api/openapi-errors.ts';
import type { Route } from '../../lambdas/api/route.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';

const all = Object.entries<Operation>(OPERATIONS);
const routes: Readonly<Record<string, Route>> = ROUTES;

const documentOf = (path: string, method: string, operation: object) => ({
  paths: { [path]: { [method]: { operationId: 'one', responses: { 204: {} }, ...operation } } },
});

const query = (name: string, required = false) => ({ name, in: 'query', required });

describe('what the client knows of a route', () => {
  it.each(all)('%s is what its declaration says', (name, operation) => {
    const route = routes[name]!;
    expect(operation).toMatchObject({
      method: route.method,
      path: route.path,
      query: Object.keys(route.query?.shape ?? {}),
      hasBody: route.body !== undefined,
      takesIfMatch: takesIfMatch(route),
    });
    expect(operation.repeat === 'with-key').toBe(takesIdempotencyKey(route));
  });

  it.each([
    ['getTarget', 'always'],
    ['testFilter', 'always'],
    ['createLiveTicket', 'always'],
    ['putTarget', 'unless-conditional'],
    ['patchTarget', 'unless-conditional'],
    ['deleteTarget', 'unless-conditional'],
    ['createTarget', 'with-key'],
    ['publish', 'with-key'],
    ['publishToSubscription', 'with-key'],
    ['redeemSignInLink', 'never'],
    ['signInWithOidc', 'never'],
  ] as const)('%s may be sent again: %s', (name, repeat) => expect(OPERATIONS[name].repeat).toBe(repeat));

  it.each([
    ['getTarget', 'json'],
    ['deleteTarget', 'none'],
    ['getEventPayload', 'bytes'],
    ['getDocs', 'text'],
  ] as const)('%s answers %s', (name, answer) => expect(OPERATIONS[name].answer).toBe(answer));

  it('has lists for those that answer pages, and for nothing else', () => {
    const paged = all.filter(([, { isPaged }]) => isPaged).map(([name]) => name);
    expect(paged).toEqual(expect.arrayContaining(['listTargets', 'listEvents', 'listCosts']));
    for (const name of ['getMetricsBreakdown', 'listLiveFrames', 'publishBatch'])
      expect(paged).not.toContain(name);
  });
});

describe('what is generated', () => {
  it('is refused where two arguments had one name', () => {
    const parameters = [{ name: 'id', in: 'path', required: true }, query('id')];
    expect(() => describeOperations(documentOf('/a/{id}', 'get', { parameters }))).toThrow(
      'one: expected one argument with the name id, got two',
    );
    expect(() =>
      describeOperations(documentOf('/a', 'post', { parameters: [query('body')], requestBody: {} })),
    ).toThrow('the name body');
  });

  it('lets arguments be left out where none is needed', () => {
    const methodOf = (operation: object) =>
      writeMethods(describeOperations(documentOf('/a', 'get', operation)));
    expect(methodOf({ parameters: [query('limit')] })).toContain('one(args?: Args');
    expect(methodOf({ parameters: [query('by', true)] })).toContain('one(args: Args');
    expect(methodOf({ requestBody: { required: true } })).toContain('one(args: Args');
  });

  it('says in comments what the document says, whatever that is', () => {
    const [described] = describeOperations(
      documentOf('/a', 'get', { summary: 'Do */ it', description: 'In two\n\nparagraphs.' }),
    );
    expect(writeMethods([described!])).toContain(
      [
        '  /**',
        '   * Do *\\/ it: `GET /a`.',
        '   *',
        '   * In two',
        '   *',
        '   * paragraphs.',
        '   */',
      ].join('\n'),
    );
    expect(writeOperations([described!])).toContain('one: {"method":"GET","path":"/a"');
  });
});
