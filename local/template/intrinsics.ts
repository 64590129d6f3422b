/** CloudFormation's intrinsic functions, and what a value refers to. Pure. */
import type { Json, JsonObject } from './template.ts';

/** What an expression may refer to. Each function throws for an unknown name. */
export interface Scope {
  ref(logicalId: string): Json;
  getAtt(logicalId: string, attribute: string): Json;
  importValue(name: string): Json;
  /** @param region default: the stack's own */
  stackOutput(stack: string, output: string, region?: string): Json;
  condition(name: string): boolean;
}

type Intrinsic = (argument: Json, scope: Scope) => Json | undefined;

/**
 * A value with every intrinsic function replaced by its result. `AWS::NoValue` removes its property or list element; at
 * the top it gives undefined.
 */
export function resolve(value: Json, scope: Scope): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((element) => resolve(element, scope)).filter((element) => element !== undefined);
  }
  if (value === null || typeof value !== 'object') return value;
  const call = intrinsicCall(value);
  if (call) return intrinsic(call.name)(call.argument, scope);
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const resolved = resolve(inner, scope);
    if (resolved !== undefined) result[key] = resolved;
  }
  return result;
}

/** The logical ids (and pseudo parameters, and parameters) that a value refers to. */
export function references(value: Json): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: Json, found: Set<string>): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const element of value) collect(element, found);
    return;
  }
  const call = intrinsicCall(value);
  if (call?.name === 'Ref') found.add(text(call.argument, 'Ref'));
  else if (call?.name === 'Fn::GetAtt') found.add(attributePath(call.argument)[0]);
  else {
    if (call?.name === 'Fn::Sub') for (const name of placeholders(call.argument)) found.add(name);
    for (const inner of Object.values(value)) collect(inner, found);
  }
}

function intrinsicCall(value: JsonObject): { name: string; argument: Json } | undefined {
  const [entry, ...others] = Object.entries(value);
  if (!entry || others.length > 0) return undefined;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}

function intrinsic(name: string): Intrinsic {
  const found = INTRINSICS[name];
  if (!found) throw new Error(`unknown intrinsic ${name}; known are ${Object.keys(INTRINSICS).join(', ')}`);
  return found;
}

const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (argument, scope) => {
    const name = text(argument, 'Ref');
    return name === 'AWS::NoValue' ? undefined : scope.ref(name);
  },
  'Fn::GetAtt': (argument, scope) => scope.getAtt(...attributePath(argument)),
  'Fn::ImportValue': (argument, scope) =>
    scope.importValue(text(resolve(argument, scope), 'Fn::ImportValue')),
  // CDK writes it for a reference to another stack with the flag @aws-cdk/core:defaultCrossStackReferences.
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName, Region } = (resolve(argument, scope) ?? {}) as JsonObject;
    const [stack, output] = [StackName, OutputName].map((name) => text(name, 'Fn::GetStackOutput'));
    const region = Region === undefined ? undefined : text(Region, 'Fn::GetStackOutput');
    return scope.stackOutput(stack!, output!, region);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument, 'Fn::Join', 2);
    const resolved = list(resolve(parts ?? null, scope), 'Fn::Join');
    return resolved.map((part) => text(part, 'Fn::Join')).join(text(separator, 'Fn::Join'));
  },
  'Fn::Sub': (argument, scope) => substitute(argument, scope),
  'Fn::Select': (argument, scope) => {
    const [index, from] = list(argument, 'Fn::Select', 2);
    const values = list(resolve(from ?? null, scope), 'Fn::Select');
    const selected = values[Number(index)];
    if (selected === undefined)
      throw new Error(`Fn::Select: no element ${String(index)} of ${values.length}`);
    return selected;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, value] = list(argument, 'Fn::Split', 2);
    checkSplit(value ?? null);
    return text(resolve(value ?? null, scope), 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::GetAZs': (argument, scope) => {
    const region =
      text(resolve(argument, scope), 'Fn::GetAZs') || text(scope.ref('AWS::Region'), 'Fn::GetAZs');
    return ['a', 'b', 'c'].map((zone) => region + zone);
  },
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = list(argument, 'Fn::If', 3);
    return resolve((scope.condition(text(name, 'Fn::If')) ? yes : no) ?? null, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, 'Fn::Equals', 2).map((side) => resolve(side, scope));
    return String(left) === String(right);
  },
  'Fn::Not': (argument, scope) => !holds(list(argument, 'Fn::Not', 1)[0], scope),
  'Fn::And': (argument, scope) => list(argument, 'Fn::And').every((inner) => holds(inner, scope)),
  'Fn::Or': (argument, scope) => list(argument, 'Fn::Or').some((inner) => holds(inner, scope)),
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-split.html */
const SPLITTABLE = ['Base64', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Select', 'Sub'];

/** Refuses arguments that are not documented, such as another stack's output. */
function checkSplit(value: Json): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
  const name = intrinsicCall(value)?.name.replace('Fn::', '');
  if (name === undefined || name === 'Ref' || SPLITTABLE.includes(name)) return;
  throw new Error(`Fn::Split: is not documented to take Fn::${name}, but ${SPLITTABLE.join(', ')} and Ref`);
}

/** A condition expression: an intrinsic, or `{"Condition": name}`. */
export function holds(expression: Json | undefined, scope: Scope): boolean {
  if (
    expression &&
    typeof expression === 'object' &&
    !Array.isArray(expression) &&
    'Condition' in expression
  ) {
    return scope.condition(text(expression.Condition, 'Condition'));
  }
  return resolve(expression ?? null, scope) === true;
}

const PLACEHOLDER = /\$\{(!?)([^}]+)\}/g;

function substitute(argument: Json, scope: Scope): string {
  const [template, own] = Array.isArray(argument) ? argument : [argument];
  const values = (own ?? {}) as JsonObject;
  return text(template, 'Fn::Sub').replace(PLACEHOLDER, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const value = name in values ? resolve(values[name] ?? null, scope) : lookUp(name, scope);
    return text(value, `Fn::Sub of ${name}`);
  });
}

function lookUp(name: string, scope: Scope): Json {
  const dot = name.indexOf('.');
  return dot < 0 ? scope.ref(name) : scope.getAtt(name.slice(0, dot), name.slice(dot + 1));
}

function placeholders(argument: Json): string[] {
  const [template, own] = Array.isArray(argument) ? argument : [argument];
  const values = (own ?? {}) as JsonObject;
  return [...text(template, 'Fn::Sub').matchAll(PLACEHOLDER)]
    .filter(([, literal, name]) => !literal && !(name! in values))
    .map(([, , name]) => name!.split('.')[0]!);
}

function attributePath(argument: Json): [string, string] {
  const path = Array.isArray(argument) ? argument : text(argument, 'Fn::GetAtt').split(/\.(.*)/s);
  return [text(path[0], 'Fn::GetAtt'), text(path[1], 'Fn::GetAtt')];
}

function text(value: Json | undefined, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where}: expected a string, got ${JSON.stringify(value)}`);
}

function list(value: Json | undefined, where: string, length?: number): Json[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value;
  throw new Error(`${where}: expected a list${length ? ` of ${length}` : ''}, got ${JSON.stringify(value)}`);
}
