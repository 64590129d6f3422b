import { type Facts, PATH, printed, ROOTS, valueAt } from './facts.ts';

/** Texts with places in double braces, such as `Order {{data.order.id}} failed`. */

const PLACE = /\{\{([^{}]*)\}\}/g;

export interface Filled {
  readonly text: string;
  /** A place had no value. */
  readonly lacks: boolean;
}

/** @param encode what is made of each value */
export function fill(template: string, facts: Facts, encode = (value: string): string => value): Filled {
  let lacks = false;
  const text = template.replace(PLACE, (_, path: string) => {
    const value = printed(valueAt(facts, path.trim()));
    lacks ||= value === '';
    return encode(value);
  });
  return { text, lacks };
}

export const pathProblem = (path: string): string | undefined =>
  PATH.test(path)
    ? undefined
    : `expected a path such as data.order.id: it begins with ${ROOTS.join(', ')}, and only data has members`;

/** What is wrong with a template, or undefined when it can be filled. */
export function templateProblem(template: string): string | undefined {
  for (const [, path = ''] of template.matchAll(PLACE)) {
    const problem = pathProblem(path.trim());
    if (problem) return problem;
  }
  return /\{\{|\}\}/.test(template.replaceAll(PLACE, ''))
    ? 'expected each {{ with its }} and a path between them'
    : undefined;
}

/** The host must stand as it is: else a payload could send its readers anywhere. */
const LINK_START = /^https:\/\/[^{}/?#@\s]+(?:[/?#]|$)/;

/** What is wrong with a template of a link. */
export function linkProblem(template: string): string | undefined {
  if (!LINK_START.test(template) || !URL.canParse(template.replaceAll(PLACE, 'x')))
    return 'expected an https URL, with places such as {{data.order.id}} behind its host alone';
  return templateProblem(template);
}

/** A link for an event; undefined where a place has no value. */
export function linkFor(template: string | undefined, facts: Facts): string | undefined {
  if (template === undefined) return undefined;
  const { text, lacks } = fill(template, facts, (value) => encodeURIComponent(value.toWellFormed()));
  return lacks || text.length > MAX_LINK ? undefined : text;
}

/** Discord takes URLs of 2048 characters. Others take more. */
const MAX_LINK = 2048;

/** A key by which a service knows what belongs together. A key with a gap would join what does not: then it is the event's id. */
export function keyFor(template: string | undefined, facts: Facts): string {
  if (template === undefined) return facts.id;
  const { text, lacks } = fill(template, facts);
  return lacks ? facts.id : text;
}
