import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { paths } from '../../client/schema.gen.d.ts';
import { IS_PORTAL } from '../app/mode.ts';
import { ApiProblem, problemOf } from './problem.ts';

/**
 * Says that a page of ours asks: only with it does the distribution turn the session's cookie into a credential. A page of
 * another origin can't send it. It also says which of the two cookies is meant.
 */
export const OURS = { 'Posthorn-Console': IS_PORTAL ? 'portal' : 'console' };

/** Every answer that is no success becomes an `ApiProblem`, so that queries and mutations have one kind of error. */
const problems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
  onError({ error }) {
    return error instanceof ApiProblem ? error : new ApiProblem(0, {});
  },
};

/**
 * The API, typed by its OpenAPI document: `api.POST('/v1/targets', { body })`. It throws an `ApiProblem` for each answer
 * that is no success, so `data` is there. Exports, the other forms of lists, are downloaded and not read here.
 */
export const api = createFetchClient<paths, 'application/json'>({ baseUrl: location.origin, headers: OURS });
api.use(problems);

/** The API as queries: `$api.useQuery('get', '/v1/targets/{id}', { params: { path: { id } } })`. */
export const $api = createQueryClient(api);
