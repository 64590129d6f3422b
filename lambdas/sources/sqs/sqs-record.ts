import type { SQSRecord } from 'aws-lambda';
import type { Priority } from '../../events/event-meta.ts';
import {
  combined,
  contentTypeProblem,
  idProblem,
  invalid,
  type NewEvent,
  type Problem,
  parseJson,
  priorityProblem,
  type Read,
  refused,
  regionProblem,
  sizeProblem,
  sourceProblem,
  typeProblem,
} from '../../publishing/event-checks.ts';
import { isJsonType } from '../../publishing/forms/cloud-events.ts';
import { JSON_TYPE } from '../../publishing/forms/form.ts';
import { tenantBy } from '../named-tenant.ts';
import type { SourceRecord } from '../publish-records.ts';
import { ATTRIBUTES, type Described, type SqsSource } from './sqs-source.ts';

/** A message of a source's queue: its body is the payload as sent, its attributes say what it is about. */
export const sqsRecord =
  (source: SqsSource) =>
  (message: SQSRecord): SourceRecord => ({
    tenant: tenantBy(source.tenant, ({ attribute }) => ({
      found: textIn(message, attribute),
      field: fieldOf(attribute),
    })),
    event: (maxBytes) => eventOf(source, message, maxBytes),
    at: message.messageId,
    raw: () => JSON.stringify({ messageAttributes: message.messageAttributes, body: message.body }),
  });

const textIn = ({ messageAttributes }: SQSRecord, name: string): string | undefined =>
  Object.hasOwn(messageAttributes, name) ? messageAttributes[name]!.stringValue : undefined;

const fieldOf = (attribute: string): string => `attribute ${attribute}`;

function eventOf(source: SqsSource, message: SQSRecord, maxBytes: number): Read<NewEvent> {
  const { defaults = {} } = source;
  const nameOf = (what: Described): string => source.attributes?.[what] ?? ATTRIBUTES[what];
  const field = (what: Described): string => fieldOf(nameOf(what));
  const given = (what: Described): string | undefined => textIn(message, nameOf(what));
  const type = given('type') ?? defaults.type;
  // A message keeps its id however often it is received.
  const id = given('id') ?? message.messageId;
  const contentType = given('contentType') ?? defaults.contentType ?? JSON_TYPE;
  const from = given('source') ?? defaults.source;
  const priority = given('priority') ?? defaults.priority;
  const region = given('region') ?? defaults.region;
  const body = Buffer.from(message.body);
  const problem = combined(
    typeProblem(type, field('type')),
    idProblem(id, field('id')),
    contentTypeProblem(contentType, field('contentType')),
    sourceProblem(from, field('source')),
    priorityProblem(priority, field('priority')),
    regionProblem(region, field('region')),
    sizeProblem(body, maxBytes, 'body') ?? jsonProblem(contentType, message.body),
  );
  if (problem) return refused(problem);
  const about = { source: from, priority: priority as Priority | undefined, region };
  return { ok: true, value: { id, type: type!, contentType, body, at: 'body', ...about } };
}

/** Nobody answers the sender of a message: one that is called JSON and is none is for a person to see. */
function jsonProblem(contentType: string, body: string): Problem | undefined {
  if (!isJsonType(contentType)) return undefined;
  const json = parseJson(body, 'body');
  return json.ok ? undefined : invalid(json.problem.message, 'body');
}
