/** Draws which requests of functions a disturbed service refuses, and makes its answers. */

export type Service = 'sqs' | 'dynamodb' | 's3' | 'ses' | 'websocket';

/**
 * What happens to a disturbed request:
 * - `internal`: 500, and nothing was done
 * - `unknown`: 500 although it was done, which AWS warns of for writes
 * - `unavailable`: 503
 * - `throttled`: too many requests, with the service's own error code
 * - `partial`: some entries of a batch were not done. A request that is no batch is throttled instead
 */
const FAULT_KINDS = ['internal', 'unknown', 'unavailable', 'throttled', 'partial'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Disturbance {
  /** Share of the service's requests, 0 to 1. Default: all of them. */
  readonly share?: number;
  /** Kinds to draw from, with equal chance. Default: all kinds. */
  readonly kinds?: readonly FaultKind[];
  /** Gives numbers in [0, 1). Default: Math.random. */
  readonly random?: () => number;
}

export interface Fault {
  readonly kind: FaultKind;
  readonly random: () => number;
}

export type Faults = ReturnType<typeof createFaults>;

/** Which services are disturbed; none at first. */
export function createFaults() {
  const disturbed = new Map<Service, Required<Disturbance>>();
  const refused: Record<Service, number> = { sqs: 0, dynamodb: 0, s3: 0, ses: 0, websocket: 0 };

  function draw(service: Service): Fault | undefined {
    const disturbance = disturbed.get(service);
    if (!disturbance) return undefined;
    const { share, kinds, random } = disturbance;
    if (random() >= share) return undefined;
    refused[service]++;
    return { kind: kinds[Math.floor(random() * kinds.length)]!, random };
  }

  return {
    /** The fault of a function's next request; undefined: it is served. */
    draw,

    /** Lets a service fail from now on. The returned function ends it and returns how many requests it refused. */
    disturb(
      service: Service,
      { share = 1, kinds = FAULT_KINDS, random = Math.random }: Disturbance,
    ): () => number {
      const before = refused[service];
      disturbed.set(service, { share, kinds, random });
      return () => {
        disturbed.delete(service);
        return refused[service] - before;
      };
    },
  };
}

/** An answer that stands for an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The kinds that refuse a request as a whole. */
type Refusal = Exclude<FaultKind, 'partial'>;

const refusalOf = (kind: FaultKind): Refusal => (kind === 'partial' ? 'throttled' : kind);

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/**
 * DynamoDB's answers: throttling is a 400. A write that gets a 500 may have been done.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function dynamodbError(kind: FaultKind): ErrorAnswer {
  const [status, __type, message] = DYNAMODB[refusalOf(kind)];
  return { status, headers: { 'content-type': CONTENT_TYPE }, body: JSON.stringify({ __type, message }) };
}

const INTERNAL = [500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'internal error'] as const;
const DYNAMODB: Record<Refusal, readonly [status: number, type: string, message: string]> = {
  internal: INTERNAL,
  unknown: INTERNAL,
  unavailable: [503, 'com.amazon.coral.availability#ServiceUnavailableException', 'unavailable'],
  throttled: [
    400,
    'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    'throughput exceeds what the table or index takes now',
  ],
};

/**
 * SQS's answers. RequestThrottled is a 403 in its model (smithy, `awsQueryError`).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export function sqsError(kind: FaultKind): ErrorAnswer {
  const [status, code, fault] = SQS[refusalOf(kind)];
  const headers = { 'content-type': CONTENT_TYPE, 'x-amzn-query-error': `${code};${fault}` };
  return { status, headers, body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message: code }) };
}

const SQS: Record<Refusal, readonly [status: number, code: string, fault: 'Sender' | 'Receiver']> = {
  internal: [500, 'InternalFailure', 'Receiver'],
  unknown: [500, 'InternalFailure', 'Receiver'],
  unavailable: [503, 'ServiceUnavailable', 'Receiver'],
  throttled: [403, 'RequestThrottled', 'Sender'],
};

/** S3's answers: throttling is a 503. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function s3Error(kind: FaultKind): ErrorAnswer {
  const [status, code] = S3[refusalOf(kind)];
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

const S3: Record<Refusal, readonly [status: number, code: string]> = {
  internal: [500, 'InternalError'],
  unknown: [500, 'InternalError'],
  unavailable: [503, 'ServiceUnavailable'],
  throttled: [503, 'SlowDown'],
};

/**
 * The answers of a WebSocket API's `@connections`: throttling is a 429.
 * https://docs.aws.amazon.com/apigatewaymanagementapi/latest/APIReference/API_PostToConnection.html
 */
export function webSocketError(kind: FaultKind): ErrorAnswer {
  const [status, type, message] = WEBSOCKET[refusalOf(kind)];
  return { status, headers: { 'x-amzn-errortype': type }, body: JSON.stringify({ message }) };
}

const WEBSOCKET: Record<Refusal, readonly [status: number, type: string, message: string]> = {
  internal: [500, 'InternalServerErrorException', 'Internal server error'],
  unknown: [500, 'InternalServerErrorException', 'Internal server error'],
  unavailable: [503, 'ServiceUnavailableException', 'Service Unavailable'],
  throttled: [429, 'LimitExceededException', 'Too Many Requests'],
};
