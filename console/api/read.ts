/** An entity as it was read, with what `If-Match` names it by: a change of another person is not overwritten. */
export interface Read<T> {
  readonly value: T;
  readonly etag: string;
}

/** A compressing server on the way makes the tag a weak one, which matches nothing (RFC 9110, 8.8.3). */
const etagOf = (response: Response): string => (response.headers.get('etag') ?? '*').replace(/^W\//, '');

/** @param call a GET of one entity */
export async function readOf<T>(
  call: Promise<{ readonly data?: T; readonly response: Response }>,
): Promise<Read<T>> {
  const { data, response } = await call;
  return { value: data!, etag: etagOf(response) };
}
