import * as z from 'zod';
import { PRIORITIES, REGION } from '../../../lambdas/events/event-meta.ts';
import { publishedTypeProblem } from '../../../lambdas/events/event-type.ts';

export const eventTypeSchema = z.string().superRefine((type, { addIssue }) => {
  const message = publishedTypeProblem(type);
  if (message) addIssue({ code: 'custom', message });
});

/** What events have whose records do not say it. */
export const eventDefaults = {
  source: z.string().min(1).max(256).optional(),
  priority: z.enum(PRIORITIES).optional(),
  region: z
    .string()
    .regex(REGION, 'expected 1 to 32 lower case letters, digits and -, such as eu-central-1')
    .optional(),
};
