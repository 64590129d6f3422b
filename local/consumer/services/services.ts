/** The services of consumers' accounts, by their names in signatures. */
import type { ServiceAnswer } from '../../services/call.ts';
import type { Asked } from '../asked.ts';
import { Refusal } from '../refusal.ts';
import { putObject } from './bucket.ts';
import { putEvents } from './bus.ts';
import { invoke } from './function.ts';
import { sendMessage } from './queue.ts';
import { putRecord, putToDeliveryStream } from './stream.ts';
import { publish } from './topic.ts';

type Service = (asked: Asked) => ServiceAnswer | Promise<ServiceAnswer>;

const SERVICES: Readonly<Record<string, Service>> = {
  sqs: sendMessage,
  sns: publish,
  events: putEvents,
  kinesis: putRecord,
  firehose: putToDeliveryStream,
  lambda: invoke,
  s3: putObject,
};

export function serviceNamed(name: string): Service {
  const service = SERVICES[name];
  if (!service) throw new Refusal(400, 'UnknownOperationException', `no service ${name}`);
  return service;
}
