/** The account of everything here. */
export const ACCOUNT = '000000000000';

/** The region of stacks that name none. */
export const REGION = 'us-east-1';

/** The region in an ARN. */
export const regionOf = (arn: string): string => arn.split(':')[3] ?? '';
