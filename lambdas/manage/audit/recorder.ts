import type { AuditAction, AuditedEntity } from '../../audit/audit-entry.ts';
import { type Fields, fieldChanges, MAX_VALUES_BYTES } from '../../audit/field-changes.ts';
import type { LiveChange } from '../../delivery/live-schema.ts';

/** What a step of a call did to an entity. */
interface Step {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
  /** All fields, or some of an entity that was there and still is. Undefined when it was not there. */
  readonly before?: Fields | undefined;
  /** Undefined when it is not there any more. */
  readonly after?: Fields | undefined;
  /** Where fields do not say it. */
  readonly action?: Extract<AuditAction, 'sent' | 'purged'>;
}

/** Collects what one call changes. An entity that several steps change is changed once. */
export interface Recorder {
  note(step: Step): void;
  /** Whose entities were changed, if any were. */
  tenant(): string | undefined;
  /** What has changed in the end. What was made and taken back again has not. */
  entities(): AuditedEntity[];
  /** The same for those who watch live: kinds, and the targets that they are of. */
  changes(): LiveChange[];
}

export function createRecorder(): Recorder {
  const steps = new Map<string, Step>();
  return {
    note(step) {
      const name = nameOf(step);
      const known = steps.get(name);
      steps.set(name, known ? joined(known, step) : step);
    },
    tenant: () => steps.values().next().value?.tenant,
    entities() {
      const room = { bytes: MAX_VALUES_BYTES };
      return [...steps.values()].flatMap(({ kind, id, before, after, action = actionOf(before, after) }) => {
        const fields = fieldChanges(before, after, room);
        if (action === undefined || (action === 'changed' && fields.length === 0)) return [];
        return { kind, id, action, ...(fields.length > 0 && { fields }) };
      });
    },
    changes() {
      const changed = new Set(this.entities().map(nameOf));
      return [...steps.values()]
        .filter((step) => changed.has(nameOf(step)))
        .map((step) => ({ kind: pathOf(step.kind), targets: targetsOf(step) }));
    },
  };
}

const nameOf = ({ kind, id }: Pick<Step, 'kind' | 'id'>): string => `${kind} ${id}`;

/** As paths of the API name several: `event-types`, `deliveries`. */
const pathOf = (kind: string): string =>
  kind.endsWith('y') && kind !== 'key' ? `${kind.slice(0, -1)}ies` : `${kind}s`;

/** A subscription may have another target than before. */
function targetsOf({ kind, id, before, after }: Step): string[] {
  if (kind === 'target') return [id];
  const named = [before?.targetId?.value, after?.targetId?.value];
  return [...new Set(named.filter((target) => typeof target === 'string'))];
}

/** Two steps as one. The first says what was before, the second what is after. */
const joined = (first: Step, second: Step): Step => ({
  ...second,
  before: first.before && { ...second.before, ...first.before },
  after: second.after && { ...first.after, ...second.after },
});

function actionOf(before: Fields | undefined, after: Fields | undefined): AuditAction | undefined {
  if (before && after) return 'changed';
  if (before) return 'removed';
  return after && 'created';
}
