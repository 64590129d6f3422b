import { TARGET_KINDS } from '../../../../client/target-kinds.gen.ts';

/** Whether endpoints of a kind have an option. Of a kind that is newer than this page, nothing is known. */
export const takes = (kind: string, option: string): boolean =>
  TARGET_KINDS[kind]?.takes.includes(option) ?? false;

export const hasSettings = (kind: string): boolean => TARGET_KINDS[kind]?.settings !== undefined;

/** Whether its owner fetches: then nothing is posted, so there is no request to shape, to pace or to repeat. */
export const isFetched = (kind: string): boolean => TARGET_KINDS[kind]?.isFetched === true;
