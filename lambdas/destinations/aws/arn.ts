/** Names of things on AWS: `arn:aws:sqs:eu-central-1:123456789012:orders`. */

export interface Arn {
  readonly text: string;
  readonly partition: string;
  readonly service: string;
  /** Empty for what has none, such as a role. */
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** @returns undefined for what is none */
export function readArn(text: string): Arn | undefined {
  const [prefix, partition = '', service = '', region = '', account = '', ...rest] = text.split(':');
  const resource = rest.join(':');
  return prefix === 'arn' && resource !== ''
    ? { text, partition, service, region, account, resource }
    : undefined;
}

/** The same of a text that was checked. @throws Error */
export function arnOf(text: string): Arn {
  const arn = readArn(text);
  if (!arn) throw new Error(`expected an ARN, got ${text}`);
  return arn;
}

/** Of the public partitions. No role of one is assumed from another. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Whether a pattern of an IAM policy, in which `*` stands for any text, covers an ARN. */
export function covers(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (!text.startsWith(first)) return false;
  if (parts.length === 0) return text === first;
  let at = first.length;
  const last = parts.pop()!;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
