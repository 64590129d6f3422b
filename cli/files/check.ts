import { isObject } from '../../lambdas/values/json.ts';
import { unknownName } from '../../lambdas/values/problem-words.ts';
import type { Path } from './problem.ts';

/** Whether a value has the shape that a file may have. Pure. What the values may be, the API says. */

/** Told of each thing that is wrong. */
type Report = (path: Path, message: string) => void;
export type Check = (value: unknown, at: Path, report: Report) => void;

const shown = (value: unknown): string =>
  value === null
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a map'
        : typeof value === 'string'
          ? 'a text'
          : `${value}`;

const expecting =
  (what: string, is: (value: unknown) => boolean): Check =>
  (value, at, report) => {
    if (!is(value)) report(at, `expected ${what}, got ${shown(value)}`);
  };

export const anything: Check = () => {};
export const flag = expecting('true or false', (value) => typeof value === 'boolean');
export const number = expecting('a number', (value) => typeof value === 'number');
export const object = expecting('a map', isObject);
export const text: Check = (value, at, report) => {
  if (typeof value === 'string') return;
  const quoted = typeof value === 'number' || typeof value === 'boolean' ? `: write "${value}"` : '';
  report(at, `expected a text, got ${shown(value)}${quoted}`);
};

export const list =
  (each: Check): Check =>
  (value, at, report) => {
    if (!Array.isArray(value)) return report(at, `expected a list, got ${shown(value)}`);
    for (const [place, one] of value.entries()) each(one, [...at, place], report);
  };

/** @param name says what is wrong with a name, if anything is */
export const mapOf =
  (each: Check, name: (text: string) => string | undefined = () => undefined): Check =>
  (value, at, report) => {
    if (!isObject(value)) return report(at, `expected a map, got ${shown(value)}`);
    for (const [key, one] of Object.entries(value)) {
      const problem = name(key);
      if (problem) report([...at, key], problem);
      each(one, [...at, key], report);
    }
  };

export const members =
  (known: Readonly<Record<string, Check>>): Check =>
  (value, at, report) => {
    if (!isObject(value)) return report(at, `expected a map, got ${shown(value)}`);
    for (const [key, one] of Object.entries(value)) {
      const check = Object.hasOwn(known, key) ? known[key] : undefined;
      if (check) check(one, [...at, key], report);
      else report([...at, key], unknownName(key, Object.keys(known)));
    }
  };

/** A map or something simpler: which of both a value is held against follows from whether it is a map. */
export const mapOr =
  (map: Check, other: Check): Check =>
  (value, at, report) =>
    (isObject(value) ? map : other)(value, at, report);
