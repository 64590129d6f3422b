import type * as z from 'zod';
import type { KindName } from '../destinations/kind-names.ts';
import { http } from './target-kinds/http.ts';

/**
 * The settings of each kind of target that has any, as they are written: a member of the kind's name. Its description says what
 * the kind is.
 */
export const KIND_SETTINGS = { http } as const satisfies Partial<Record<KindName, z.ZodObject>>;
