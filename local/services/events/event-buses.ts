/** Buses of EventBridge, and what their rules send on. */
import type { Access } from '../../core/access.ts';
import { ACCOUNT, regionOf } from '../../core/account.ts';
import type { Log } from '../../core/log.ts';
import { createMessage } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';

/** An event as rules and targets see it. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

export interface EventRule {
  readonly name: string;
  readonly arn: string;
  readonly isEnabled: boolean;
  readonly matches: (event: object) => boolean;
  readonly targets: readonly { readonly queue: Queue; readonly deadLetters: Queue | undefined }[];
}

export type EventBuses = ReturnType<typeof createEventBuses>;

export const busArn = (region: string, nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:events:${region}:${ACCOUNT}:event-bus/${nameOrArn}`;

/** All buses of a cloud. Each region has one called `default`. */
export function createEventBuses(access: Access, log: Log) {
  const rulesByBus = new Map<string, EventRule[]>();

  function mayReceive(queue: Queue, rule: EventRule): boolean {
    const check = { action: 'sqs:SendMessage', resource: queue.arn };
    return access.serviceMayCall('events.amazonaws.com', rule.arn, check);
  }

  /** @param text the event, as the target gets it */
  function deliver(rule: EventRule, text: string): void {
    for (const { queue, deadLetters } of rule.targets) {
      const problem = problemOf(queue, rule, text);
      if (problem === undefined) queue.send([createMessage({ body: text }, Date.now())], [queue.delay]);
      else giveUp(rule, queue, deadLetters, text, problem);
    }
  }

  function problemOf(queue: Queue, rule: EventRule, text: string): string | undefined {
    if (!mayReceive(queue, rule)) return 'NO_PERMISSIONS';
    return Buffer.byteLength(text) > queue.maximumMessageSize ? 'SDK_CLIENT_ERROR' : undefined;
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  function giveUp(rule: EventRule, queue: Queue, deadLetters: Queue | undefined, text: string, code: string) {
    log({ kind: 'cloud', text: `NotDelivered  rule ${rule.name} to ${queue.name}: ${code}` });
    if (!deadLetters || problemOf(deadLetters, rule, text) !== undefined) return;
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    const attributes = {
      RULE_ARN: attribute(rule.arn),
      TARGET_ARN: attribute(queue.arn),
      ERROR_CODE: attribute(code),
    };
    deadLetters.send([createMessage({ body: text, attributes }, Date.now())], [deadLetters.delay]);
  }

  return {
    createBus(arn: string): void {
      if (!rulesByBus.has(arn)) rulesByBus.set(arn, []);
    },
    hasBus: (arn: string): boolean => rulesByBus.has(arn) || arn === busArn(regionOf(arn), 'default'),
    /** A rule on a bus that no template has stands on one that exists already. */
    addRule(arn: string, rule: EventRule): void {
      rulesByBus.set(arn, [...(rulesByBus.get(arn) ?? []), rule]);
    },
    /** Sends an event to the targets of the rules that it matches. */
    put(arn: string, event: BusEvent): void {
      const rules = (rulesByBus.get(arn) ?? []).filter(
        ({ isEnabled, matches }) => isEnabled && matches(event),
      );
      if (rules.length === 0) return;
      const text = JSON.stringify(event);
      for (const rule of rules) deliver(rule, text);
    },
  };
}
