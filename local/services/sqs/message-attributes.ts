/** The attributes that a sender gives a message. Pure. */
import { hash } from 'node:crypto';
import { SqsError } from './errors.ts';
import { isXmlText } from './xml-text.ts';

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const STRING = Buffer.from([1]);
const BINARY = Buffer.from([2]);

/**
 * The digest that SQS returns and its SDKs check.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes): string {
  const parts = Object.keys(attributes)
    .sort()
    .flatMap((name) => {
      const { DataType, StringValue = '', BinaryValue } = attributes[name]!;
      const value =
        BinaryValue === undefined
          ? [STRING, ...sized(Buffer.from(StringValue))]
          : [BINARY, ...sized(Buffer.from(BinaryValue, 'base64'))];
      return [...sized(Buffer.from(name)), ...sized(Buffer.from(DataType)), ...value];
    });
  return hash('md5', Buffer.concat(parts));
}

function sized(bytes: Buffer): Buffer[] {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return [size, bytes];
}

const MAX_ATTRIBUTES = 10;
/** No periods at its ends or side by side, and no beginning that AWS keeps for itself. */
const NAME = /^(?!aws\.|amazon\.)[\w-]+(\.[\w-]+)*$/i;
const MAX_NAME = 256;
const TYPE = /^(String|Number|Binary)(\..{1,248})?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * What is wrong with attributes, of which the sender may have written anything.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function attributesFault(attributes: unknown): SqsError | undefined {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes))
    return refused('expected message attributes by their names');
  const all = Object.entries(attributes as Record<string, Partial<MessageAttribute> | null>);
  if (all.length > MAX_ATTRIBUTES)
    return refused(
      `Number of message attributes [${all.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  for (const [name, attribute] of all) {
    if (name.length > MAX_NAME || !NAME.test(name)) return refused(`Invalid attribute name: ${name}`);
    const { DataType, StringValue, BinaryValue } = attribute ?? {};
    if (typeof DataType !== 'string' || !TYPE.test(DataType))
      return refused(`The type of message (user) attribute '${name}' is invalid.`);
    const isBinary = DataType.startsWith('Binary');
    const [value, other] = isBinary ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
    if (typeof value !== 'string' || value === '' || other !== undefined)
      return refused(
        `The message (user) attribute '${name}' must contain a non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    if (DataType.startsWith('Number') && !NUMBER.test(value))
      return refused(`Could not cast message attribute '${name}' value to number.`);
    if (!isBinary && !isXmlText(value))
      return refused(`Invalid characters in the value of message attribute '${name}'.`);
  }
  return undefined;
}

const refused = (message: string): SqsError => new SqsError('InvalidParameterValue', message);

/** Bytes that count towards a message's size. Of attributes that are refused, whatever is there. */
export const attributeBytes = (attributes: MessageAttributes): number =>
  Object.entries(attributes as Record<string, Partial<MessageAttribute> | null>).reduce(
    (sum, [name, attribute]) => {
      const { DataType, StringValue, BinaryValue } = attribute ?? {};
      const texts = [name, DataType, StringValue].map((text) => Buffer.byteLength(String(text ?? '')));
      return sum + texts[0]! + texts[1]! + texts[2]! + Buffer.byteLength(String(BinaryValue ?? ''), 'base64');
    },
    0,
  );

/** Those that a receiver names: by name, by prefix as in `trace.*`, or all of them. Undefined for none. */
export function namedAttributes(
  attributes: MessageAttributes | undefined,
  names: readonly string[],
): MessageAttributes | undefined {
  if (!attributes || names.length === 0) return undefined;
  const isNamed = (attribute: string): boolean =>
    names.some(
      (name) =>
        name === 'All' ||
        name === attribute ||
        (name.endsWith('.*') && attribute.startsWith(name.slice(0, -2))),
    );
  const named = Object.entries(attributes).filter(([name]) => isNamed(name));
  return named.length === 0 ? undefined : Object.fromEntries(named);
}
