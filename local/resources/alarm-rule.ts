/**
 * Rules of composite alarms: `ALARM("a") OR (NOT OK("b"))`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmRule {
  /** The alarms that it names, by name or ARN. */
  readonly alarms: readonly string[];
  readonly holds: (stateOf: (alarm: string) => AlarmState) => boolean;
}

const MAX_LENGTH = 10_240;
const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|'([^']+)'|([\w:./-]+))\s*\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))/y;

type Part = { readonly state: AlarmState; readonly alarm: string } | string;
type Holds = AlarmRule['holds'];

/** @throws where it is no rule */
export function alarmRule(text: string): AlarmRule {
  if (text.length > MAX_LENGTH) throw new Error(`AlarmRule: expected at most ${MAX_LENGTH} characters`);
  const parts = partsOf(text);
  let at = 0;
  const refuse = (expected: string): never => {
    throw new Error(`AlarmRule ${text}: expected ${expected} at part ${at + 1}`);
  };
  const takeAll = (word: string, operand: () => Holds): Holds[] => {
    const operands = [operand()];
    while (parts[at] === word) {
      at++;
      operands.push(operand());
    }
    return operands;
  };
  const either = (): Holds => {
    const operands = takeAll('OR', all);
    return (stateOf) => operands.some((holds) => holds(stateOf));
  };
  const all = (): Holds => {
    const operands = takeAll('AND', one);
    return (stateOf) => operands.every((holds) => holds(stateOf));
  };
  const one = (): Holds => {
    const part = parts[at++];
    if (part === 'NOT') {
      const inner = one();
      return (stateOf) => !inner(stateOf);
    }
    if (part === 'TRUE' || part === 'FALSE') return () => part === 'TRUE';
    if (part === '(') {
      const inner = either();
      if (parts[at++] !== ')') refuse(')');
      return inner;
    }
    if (part === undefined || typeof part === 'string') return refuse('a state of an alarm');
    return (stateOf) => stateOf(part.alarm) === part.state;
  };
  const holds = either();
  if (at < parts.length) refuse('AND, OR or the end');
  return { alarms: parts.flatMap((part) => (typeof part === 'string' ? [] : part.alarm)), holds };
}

function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  const rule = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rule.length) {
    const from = TOKEN.lastIndex;
    const [, state, quoted, single, plain, word, bracket] = TOKEN.exec(rule) ?? [];
    const alarm = quoted ?? single ?? plain;
    if (state !== undefined && alarm !== undefined) parts.push({ state: state as AlarmState, alarm });
    else if (word !== undefined || bracket !== undefined) parts.push((word ?? bracket)!);
    else throw new Error(`AlarmRule: nothing known begins at "${rule.slice(from)}"`);
  }
  return parts;
}
