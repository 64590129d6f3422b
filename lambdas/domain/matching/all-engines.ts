import type { Engines } from './engines.ts';
import { compileJsonpath, jsonpathProblem } from './jsonpath.ts';
import { jsonpathHint } from './jsonpath-hint.ts';
import { regexFinds, regexProblem } from './regex.ts';

export const ENGINES: Engines = { regexProblem, regexFinds, jsonpathProblem, compileJsonpath, jsonpathHint };
