/**
 * How an entity says which entry of which configuration made it: one member of its metadata, `<configuration>/<entry>`. Pure.
 */
export const LABEL = 'posthorn.apply';

/** A configuration's name, and an entry's key. Type names of events are keys of their own kind. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface Label {
  readonly name: string;
  readonly key: string;
}

export const labelText = ({ name, key }: Label): string => `${name}/${key}`;

export function labelOf(entity: {
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}): Label | undefined {
  const text = entity.metadata?.[LABEL];
  const at = text?.indexOf('/') ?? -1;
  return text === undefined || at < 1 ? undefined : { name: text.slice(0, at), key: text.slice(at + 1) };
}

/** The metadata of an entity's owner, without the label. */
export function ownMetadata(
  metadata: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (!metadata || !(LABEL in metadata)) return metadata;
  const { [LABEL]: _, ...own } = metadata;
  return Object.keys(own).length === 0 ? undefined : own;
}
