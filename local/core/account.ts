/** What fauxqs and dynalite take for granted. */
export const ACCOUNT = '000000000000';

/** Of stacks that name none. */
export const REGION = 'us-east-1';

/** The region in an ARN. */
export const regionOf = (arn: string): string => arn.split(':')[3] ?? '';
