import type { Engines } from '../language/engines.ts';
import { compileJsonpath, jsonpathProblem } from '../operators/jsonpath.ts';
import { regexFinds, regexProblem } from '../operators/regex.ts';
import { jsonpathHint } from './jsonpath-predicate.ts';

export const ENGINES: Engines = { regexProblem, regexFinds, jsonpathProblem, compileJsonpath, jsonpathHint };
