import { isObject } from '../../values/json.ts';
import { refuseTooLong } from './budget.ts';
import { isFunctionValue } from './function-values.ts';

/**
 * `JSON.stringify`, for values that hold the same arrays again and again: their text can be a billion times as large as they are.
 * @throws OverrunError before that happens
 */
export function boundedStringify(stringify: typeof JSON.stringify): typeof JSON.stringify {
  return ((value: unknown, replacer: undefined, space?: number) => {
    measure(value, Number(space ?? 0));
    return stringify(value, replacer, space);
  }) as typeof JSON.stringify;
}

/** Characters that any value takes at least, with its comma. */
const LEAST = 2;

function measure(value: unknown, space: number): void {
  let length = 0;
  const add = (more: number): void => {
    length += more;
    refuseTooLong(length);
  };
  const visit = (one: unknown, depth: number): void => {
    add(LEAST + depth * space);
    if (typeof one === 'string') add(one.length);
    else if (isFunctionValue(one)) return;
    else if (Array.isArray(one)) {
      for (const member of one) visit(member, depth + 1);
    } else if (isObject(one)) {
      for (const [name, member] of Object.entries(one)) {
        add(name.length + LEAST);
        visit(member, depth + 1);
      }
    }
  };
  visit(value, 1);
}
