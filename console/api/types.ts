import type { components, paths } from '../../client/schema.gen.d.ts';

/** Short names for what the API says. All come from its OpenAPI document. */

export type Schemas = components['schemas'];
export type Paths = paths;

/** What a GET of this path answers. */
export type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer T } } } };
}
  ? T
  : never;

/** A row of the list at this path. */
export type Row<P extends keyof paths> = Answer<P> extends { items: readonly (infer T)[] } ? T : never;

/** The query of a GET of this path. */
export type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never;
