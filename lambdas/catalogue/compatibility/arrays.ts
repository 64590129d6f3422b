import type { Comparison } from './comparison.ts';
import { type Finding, pathInto, unclear } from './finding.ts';
import { numberIn, type Schema, schemaIn, schemasIn } from './schema.ts';

/** What a schema says of an array's elements. Pure. */

export const arrayFindings = (comparison: Comparison): Finding[] =>
  comparison.types.has('array') ? [...elementFindings(comparison), ...containsFindings(comparison)] : [];

/** What a schema says of the element at a place. */
function elementOf(schema: Schema, at: number): Schema | undefined {
  const first = schemasIn(schema, 'prefixItems');
  return first[at] ?? schemaIn(schema, 'items');
}

function elementFindings({ known, wider, path, inside }: Comparison): Finding[] {
  const lengths = [wider, ...known].map((schema) => schemasIn(schema, 'prefixItems').length);
  const first = Math.max(...lengths);
  const most = Math.min(...known.map((schema) => numberIn(schema, 'maxItems') ?? Number.POSITIVE_INFINITY));
  const places = Array.from({ length: Math.min(first, most) }, (_, at) => at);
  const each = places.flatMap((at) => {
    const asked = elementOf(wider, at);
    return asked ? inside(elementsAt(known, at), asked, pathInto(path, String(at))) : [];
  });
  const rest = elementOf(wider, first);
  return [...each, ...(rest && most > first ? inside(elementsAt(known, first), rest, pathInto(path)) : [])];
}

const elementsAt = (known: readonly Schema[], at: number): Schema[] =>
  known.flatMap((schema) => elementOf(schema, at) ?? []);

/** At least so many elements fit a schema. An upper number is kept by the very same words alone. */
function containsFindings({ known, wider, path, inside }: Comparison): Finding[] {
  const asked = schemaIn(wider, 'contains');
  if (!asked) return [];
  if (numberIn(wider, 'maxContains') !== undefined) return [unclear(path, 'maxContains')];
  const least = numberIn(wider, 'minContains') ?? 1;
  const isKept = known.some((schema) => {
    const own = schemaIn(schema, 'contains');
    const many = numberIn(schema, 'minContains') ?? 1;
    return own !== undefined && many >= least && inside([own], asked, pathInto(path)).length === 0;
  });
  return isKept || least === 0 ? [] : [unclear(path, 'contains')];
}
