import { type Draft, filterOfDraft, unfinished } from './filter/draft.ts';

/** A subscription as the form of its creation holds it. */
export interface NewSubscription {
  readonly name: string;
  readonly endpoint: 'new' | 'existing';
  readonly url: string;
  readonly targetId: string | undefined;
  readonly filter: 'new' | 'existing';
  readonly filterId: string | undefined;
  readonly draft: Draft;
}

/** What is not there yet, of what the API could not say better. */
export function missingOf({
  endpoint,
  url,
  targetId,
  filter,
  filterId,
  draft,
}: NewSubscription): string | undefined {
  if (endpoint === 'new' && url.trim() === '') return 'Write the endpoint’s URL.';
  if (endpoint === 'existing' && targetId === undefined) return 'Choose an endpoint.';
  if (filter === 'existing') return filterId === undefined ? 'Choose a filter.' : undefined;
  return unfinished(draft);
}

/** The body for the API: all in one where both are new, else composed. */
export function bodyOf({ name, endpoint, url, targetId, filter, filterId, draft }: NewSubscription): object {
  const own = name.trim() === '' ? {} : { name: name.trim() };
  const made = filterOfDraft(draft) as object;
  if (endpoint === 'new' && filter === 'new') return { ...own, url: url.trim(), ...made };
  return {
    ...own,
    ...(endpoint === 'new' ? { target: { url: url.trim() } } : { targetId }),
    ...(filter === 'new' ? { filter: made } : { filterId }),
  };
}
