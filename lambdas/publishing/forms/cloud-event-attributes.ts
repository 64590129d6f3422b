import { cloudEventId } from '../../events/event-id.ts';
import { PRIORITIES, type Priority, REGION } from '../../events/event-meta.ts';
import { isPrintable } from '../../values/printable.ts';
import { isRfc3339 } from '../../values/rfc3339.ts';
import { combined, invalid, type NewEvent, type Read, refused, typeProblem, wrong } from '../event-checks.ts';

/** How a content mode carries attributes. */
export interface CeForm {
  /** What the field of an attribute is called in messages about it. */
  readonly fieldOf: (name: string) => string;
  /** Names that can't be attributes in this mode. */
  readonly reserved: readonly string[];
}

/**
 * CloudEvents 1.0.2, naming conventions: lower case letters and digits. The limit of 20 is advice for choosing a name, not
 * for passing one on.
 */
const NAME = /^[a-z0-9]+$/;

/** The characters of RFC 3986, with % for escapes only. What these let pass, the SDKs of receivers do as well. */
const URI_REFERENCE = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$/i;
const ABSOLUTE_URI = /^[a-z][a-z0-9+.-]*:/i;

/**
 * All attributes of an event leave as headers of each of its deliveries; servers take some 8 to 16 KB of headers
 * altogether.
 */
const MAX_BYTES = 4096;

const MISSING = 'expected this attribute of a CloudEvent, which is missing';

type Attributes = Omit<NewEvent, 'contentType' | 'body' | 'at'>;

/** Checks a CloudEvent's attributes and takes from them what an event of ours has. @param attributes as text */
export function readAttributes(attributes: ReadonlyMap<string, string>, form: CeForm): Read<Attributes> {
  const { fieldOf } = form;
  const get = (name: string): string | undefined => attributes.get(name);
  if (get('specversion') !== '1.0') return wrong('expected 1.0', fieldOf('specversion'));
  const [id, source, type] = [get('id')!, get('source')!, get('type')!];
  const problem = combined(
    ...['id', 'source', 'type'].map((name) =>
      get(name) === undefined ? invalid(MISSING, fieldOf(name)) : undefined,
    ),
    ...[...attributes].map(([name, value]) => {
      const message = attributeProblem(name, value, form);
      return message === undefined ? undefined : invalid(message, fieldOf(name));
    }),
    get('type') === undefined ? undefined : typeProblem(type, fieldOf('type')),
  );
  if (problem) return refused(problem);
  const { specversion: _, type: __, ...ce } = Object.fromEntries(attributes);
  const bytes = headerBytes(ce);
  if (bytes > MAX_BYTES) return wrong(`expected attributes of at most ${MAX_BYTES} bytes, got ${bytes}`);
  return { ok: true, value: { id: cloudEventId(source, id), type, source, ...metaOf(attributes), ce } };
}

/**
 * An extension may have one of our names and mean something else. What can't be a priority or region of ours is passed on
 * like any other extension, and has no effect.
 */
function metaOf(attributes: ReadonlyMap<string, string>): Pick<NewEvent, 'priority' | 'region'> {
  const region = attributes.get('region');
  return {
    priority: PRIORITIES.find((priority): priority is Priority => priority === attributes.get('priority')),
    region: region !== undefined && REGION.test(region) ? region : undefined,
  };
}

function attributeProblem(name: string, value: string, { reserved }: CeForm): string | undefined {
  if (!NAME.test(name)) return 'expected a name of lower case letters and digits';
  if (reserved.includes(name)) return 'not an attribute in this mode: the content-type header says it';
  if (value === '' && ['id', 'subject'].includes(name)) return 'expected a text that is not empty';
  if (value !== '' && !isPrintable(value)) return 'expected printable characters';
  if (name === 'source' && !URI_REFERENCE.test(value)) return 'expected a URI reference (RFC 3986)';
  if (name === 'dataschema' && !(URI_REFERENCE.test(value) && ABSOLUTE_URI.test(value))) {
    return 'expected an absolute URI (RFC 3986)';
  }
  if (name === 'time' && !isRfc3339(value)) return 'expected a time as in RFC 3339';
  return undefined;
}

/** What attributes take as headers, with the characters escaped that the HTTP binding says (3.1.3.2). */
const headerBytes = (ce: Readonly<Record<string, string>>): number =>
  Object.entries(ce).reduce(
    (bytes, [name, value]) =>
      bytes + name.length + value.replace(/[^\x21\x23\x24\x26-\x7e]+/g, encodeURIComponent).length,
    0,
  );
