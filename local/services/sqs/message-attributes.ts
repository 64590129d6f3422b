/** The attributes that a sender gives a message. Pure. */
import { hash } from 'node:crypto';

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

/** Bytes that count towards a message's size. */
export const attributeBytes = (attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce((sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) => {
    const value = Buffer.byteLength(StringValue) + Buffer.byteLength(BinaryValue, 'base64');
    return sum + Buffer.byteLength(name) + Buffer.byteLength(DataType) + value;
  }, 0);

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
