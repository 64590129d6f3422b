import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, relative, resolve, sep } from 'node:path';
import { isObject } from '../../lambdas/values/json.ts';
import { problemText } from '../files/problem.ts';
import { MAX_FILE_BYTES } from '../files/read.ts';
import { parseYaml } from '../files/yaml.ts';
import { DocumentError } from './found.ts';

/** A document on this machine. */
export interface LocalDocument {
  /** Absolute. */
  readonly path: string;
  /** As a person names it. */
  readonly name: string;
  readonly value: unknown;
}

/** Where a reference leads. */
export interface Place {
  readonly document: LocalDocument;
  /** JSON Pointer, decoded. */
  readonly pointer: readonly string[];
  readonly value: unknown;
}

/** Documents of one folder, and what their references lead to. Nothing is fetched, and nothing outside of the folder is read. */
export interface Library {
  readonly documents: readonly LocalDocument[];
  /** @throws DocumentError that says why it leads nowhere */
  follow(ref: string, from: LocalDocument): Place;
  /** Documents that others have referred to so far. */
  readonly used: ReadonlySet<LocalDocument>;
}

const EXTENSIONS = ['.json', '.yaml', '.yml'];

export interface Given {
  readonly name: string;
  readonly text: string;
}

/** @param root absolute; references stay in it @param cwd what names of files are relative to */
export function libraryOf(files: readonly Given[], { root, cwd }: { root: string; cwd: string }): Library {
  const byPath = new Map<string, LocalDocument>();
  const byId = new Map<string, LocalDocument>();
  const used = new Set<LocalDocument>();

  const add = ({ name, text }: Given): LocalDocument => {
    const { sources, problems } = parseYaml({ name, text });
    if (problems[0]) throw new DocumentError(problemText(problems[0]));
    const document = { path: resolve(cwd, name), name, value: sources[0]?.value };
    byPath.set(document.path, document);
    const id = isObject(document.value) && (document.value.$id ?? document.value.id);
    if (typeof id === 'string' && URL.canParse(id)) byId.set(withoutHash(id), document);
    return document;
  };

  const documents = files.map(add);

  const load = (path: string, ref: string): LocalDocument => {
    const known = byPath.get(path);
    if (known) return known;
    const name = relative(cwd, path) || path;
    const foreign = new DocumentError(
      `${ref}: expected a YAML or JSON file in ${relative(cwd, root) || '.'}`,
    );
    // Of what is outside, it does not say whether it is there.
    if (!path.startsWith(`${root}${sep}`) || !EXTENSIONS.includes(extname(path).toLowerCase())) throw foreign;
    if (!existsSync(path)) throw new DocumentError(`${ref} leads to ${name}, which is not there`);
    // A link may lead out of the folder.
    if (!realpathSync(path).startsWith(`${realpathSync(root)}${sep}`)) throw foreign;
    if (statSync(path).size > MAX_FILE_BYTES) throw new DocumentError(`${name} is larger than any schema`);
    return add({ name, text: readFileSync(path, 'utf8') });
  };

  const documentOf = (address: string, ref: string, from: LocalDocument): LocalDocument => {
    if (address === '') return from;
    const base = isObject(from.value) && typeof from.value.$id === 'string' ? from.value.$id : undefined;
    const id = URL.canParse(address, base) ? byId.get(withoutHash(new URL(address, base).href)) : undefined;
    if (id) return id;
    if (/^[a-z][a-z0-9+.-]*:/i.test(address)) {
      throw new DocumentError(`${ref}: nothing is fetched, and no file has this $id`);
    }
    return load(resolve(dirname(from.path), decoded(address)), ref);
  };

  return {
    documents,
    used,
    follow(ref, from) {
      const [address = '', fragment = ''] = ref.split('#');
      const document = documentOf(address, ref, from);
      if (document !== from) used.add(document);
      const pointer = fragment.startsWith('/') || fragment === '' ? pointerOf(fragment) : undefined;
      const place = pointer ? at(document.value, pointer) : anchored(document.value, fragment);
      if (!place) throw new DocumentError(`${ref} leads nowhere in ${document.name}`);
      return { document, ...place };
    },
  };
}

const withoutHash = (id: string): string => id.replace(/#.*$/, '');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 6901, in a fragment of a URL. */
const pointerOf = (fragment: string): string[] =>
  decoded(fragment)
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

type Found = Pick<Place, 'pointer' | 'value'> | undefined;

function at(value: unknown, pointer: readonly string[]): Found {
  let found = value;
  for (const part of pointer) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  return { pointer, value: found };
}

/** What has this `$anchor`; draft-07 has `$id: "#name"` for it. */
function anchored(value: unknown, anchor: string, pointer: readonly string[] = []): Found {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isObject(value) && (value.$anchor === anchor || value.$id === `#${anchor}`)) return { pointer, value };
  for (const [name, one] of Object.entries(value)) {
    const found = anchored(one, anchor, [...pointer, name]);
    if (found) return found;
  }
  return undefined;
}
