import type { Engines } from '../language/engines.ts';
import { compileJsonpath, jsonpathProblem } from '../operators/jsonpath.ts';
import { regexFinds, regexProblem } from '../operators/regex.ts';
import { jsonpathPredicate } from './jsonpath-predicate.ts';

export const ENGINES: Engines = {
  regexProblem,
  regexFinds,
  jsonpathProblem,
  compileJsonpath,
  jsonpathPredicate,
};
