import createQueryClient from 'openapi-react-query';
import { apiCore } from '../../client/core.ts';
import { IS_PORTAL } from '../app/mode.ts';

/**
 * Says that a page of ours asks: only with it does the distribution turn the session's cookie into a credential. A page of
 * another origin can't send it. It also says which of the two cookies is meant.
 */
const OURS = { 'Posthorn-Console': IS_PORTAL ? 'portal' : 'console' };

/**
 * The API, typed by its OpenAPI document: `api.POST('/v1/targets', { body })`. It throws a `PosthornError` for each answer
 * that is no success, so `data` is there. A page asks once: what may be repeated, queries repeat.
 */
export const api = apiCore({ url: location.origin, headers: OURS });

/** The API as queries: `$api.useQuery('get', '/v1/targets/{id}', { params: { path: { id } } })`. */
export const $api = createQueryClient(api);
