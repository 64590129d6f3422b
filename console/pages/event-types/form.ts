import type { EventType } from '../../parts/catalogue.ts';
import { jsonText, readJson } from '../../parts/payload/json-text.ts';

/** An event type as a form holds it. */
export interface Form {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly deprecated: boolean;
  /** JSON; empty for none. */
  readonly schema: string;
  readonly sample: string;
}

const textOf = (value: unknown): string => (value === undefined ? '' : jsonText(value));

export const formOf = (type: Partial<EventType> | undefined): Form => ({
  name: type?.name ?? '',
  description: type?.description ?? '',
  version: type?.version ?? '',
  deprecated: type?.deprecated ?? false,
  schema: textOf(type?.schema),
  sample: textOf(type?.sample),
});

const isBlank = (text: string): boolean => text.trim() === '';

/** Whether what is JSON can be read. */
export const isReadable = ({ name, schema, sample }: Form): boolean =>
  !isBlank(name) && [schema, sample].every((text) => isBlank(text) || readJson(text).isValid);

/** The whole description, as a PUT takes it. */
export function bodyOf({
  description,
  version,
  deprecated,
  schema,
  sample,
}: Form): Readonly<Record<string, unknown>> {
  return {
    ...(!isBlank(description) && { description: description.trim() }),
    ...(!isBlank(version) && { version: version.trim() }),
    ...(deprecated && { deprecated }),
    ...(!isBlank(schema) && { schema: read(schema) }),
    ...(!isBlank(sample) && { sample: read(sample) }),
  };
}

function read(text: string): unknown {
  const result = readJson(text);
  return result.isValid ? result.value : undefined;
}
