import { relative, sep } from 'node:path';
import { isObject } from '../../lambdas/values/json.ts';
import { bundled } from './bundle.ts';
import { descriptionOf, type Found, joined, usable } from './found.ts';
import type { Library, LocalDocument } from './library.ts';
import { schemaSample } from './samples.ts';

/**
 * A folder of JSON Schemas: a type for each file, named by it. Folders are segments: `order/placed.schema.json` is order.placed. A
 * file that others refer to, or whose name begins with `_`, is a part of theirs.
 */
export function schemaTypes(library: Library, documents: readonly LocalDocument[], root: string): Found {
  const found = documents.map((document) => ({ document, found: typeOf(library, document, root) }));
  const isPart = (document: LocalDocument): boolean =>
    givenName(document) === undefined && (isHidden(document, root) || library.used.has(document));
  const parts = found.filter(({ document }) => isPart(document));
  const types = found.filter(({ document }) => !isPart(document));
  const notes = parts.map(({ document }) => `${document.name}: a part of others, and no type by itself`);
  return joined([...types.map((one) => one.found), { types: [], unusable: [], notes }]);
}

const givenName = ({ value }: LocalDocument): string | undefined => {
  const name = isObject(value) ? value['x-event-type'] : undefined;
  return typeof name === 'string' ? name : undefined;
};

const isHidden = ({ path }: LocalDocument, root: string): boolean =>
  relative(root, path)
    .split(sep)
    .some((part) => part.startsWith('_'));

const fileName = ({ path }: LocalDocument, root: string): string =>
  relative(root, path)
    .replace(/(\.schema)?\.(json|ya?ml)$/i, '')
    .split(sep)
    .join('.');

function typeOf(library: Library, document: LocalDocument, root: string): Found {
  const name = givenName(document) ?? fileName(document, root);
  return usable(document.name, name, () => {
    const { schema, root: own } = bundled(library, document.value, document, '');
    return {
      name,
      from: document.name,
      description: descriptionOf(own.description, own.title),
      schema,
      sample: schemaSample(own),
      ...(own.deprecated === true && { deprecated: true }),
    };
  });
}
