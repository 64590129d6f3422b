import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type EventsMessage, parseMessage } from '../../lambdas/delivery/messages.ts';
import type { EventInFlight } from '../../lambdas/events/event.ts';
import type { Caller } from '../../lambdas/http/caller.ts';
import type { LocalCloudOptions } from '../../local/cloud.ts';
import type { Edit } from './arbitrary/edits.ts';
import { type HttpAnswer, startCloud, type TestCloud } from './cloud.ts';

/** A cloud in which no function reads the events queue, so that a test can read what ingest sends. */
export interface HeldCloud extends TestCloud {
  /** The messages that arrived since the last call. */
  heldMessages(): Promise<EventsMessage[]>;
  /** Their events. */
  heldEvents(): Promise<EventInFlight[]>;
  /**
   * Invokes ingest as API Gateway does, for a caller of any kind.
   * @param route a route's key
   */
  ingest(
    route: string,
    body: unknown,
    caller?: Partial<Caller>,
    headers?: Record<string, string>,
  ): Promise<HttpAnswer>;
}

const withoutFanout: Edit = (_, template) => {
  for (const id of Object.keys(template.Resources)) {
    if (/^FanoutEvents/.test(id)) delete template.Resources[id];
  }
};

export async function startHeldCloud(options: Pick<LocalCloudOptions, 'meter'> = {}): Promise<HeldCloud> {
  const cloud = await startCloud({ edit: withoutFanout, ...options });
  const heldMessages = (): Promise<EventsMessage[]> => drain(cloud);
  return {
    ...cloud,
    heldMessages,
    heldEvents: async () => (await heldMessages()).flatMap(({ events }) => events),

    async ingest(routeKey, body, caller = {}, headers = {}) {
      const lambda: Caller = {
        tenant: 'ten_test',
        credential: 'key_test',
        scopes: ['publish'],
        schemaCheck: 'off',
        maxPayloadBytes: 4_500_000,
        ...caller,
      };
      const answer = (await cloud.functions.get('Ingest')!.invoke({
        routeKey,
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        isBase64Encoded: false,
        requestContext: { authorizer: { lambda } },
      })) as APIGatewayProxyStructuredResultV2;
      return { status: answer.statusCode!, body: JSON.parse(answer.body!) };
    },
  };
}

async function drain({ sqs, resource }: TestCloud): Promise<EventsMessage[]> {
  const QueueUrl = resource('Events').physicalId;
  const found: EventsMessage[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return found;
    for (const { Body } of Messages) {
      const parsed = parseMessage(Body!, ['events']);
      if (!parsed.ok) throw new Error(parsed.problem);
      found.push(parsed.message);
    }
    const Entries = Messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId!, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
