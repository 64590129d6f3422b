import type { Mischief } from './mischief.ts';

/**
 * The same mischief, which counts what goes wrong. The kinds are those of `CallFault`, and `refused`, `late`, `twice`,
 * `not deleted`, `wrong clock`, `older release`.
 */
export function counted(mischief: Mischief): {
  mischief: Mischief;
  counts: Readonly<Record<string, number>>;
} {
  const counts: Record<string, number> = {};
  const count = (kind: string): void => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  const countIf = (kind: string, happens: boolean): boolean => {
    if (happens) count(kind);
    return happens;
  };
  return {
    counts,
    mischief: {
      call(about) {
        const fault = mischief.call(about);
        if (fault) count(fault.kind);
        return fault;
      },
      message(queue) {
        const how = mischief.message(queue);
        countIf('late', how.lateMs > 0);
        countIf('twice', how.again);
        return how;
      },
      isThrottled: (name) => countIf('refused', mischief.isThrottled(name)),
      losesDeletes: (queue) => countIf('not deleted', mischief.losesDeletes(queue)),
      skewMs() {
        const ms = mischief.skewMs();
        countIf('wrong clock', ms !== 0);
        return ms;
      },
      isOld: (name) => countIf('older release', mischief.isOld(name)),
    },
  };
}
