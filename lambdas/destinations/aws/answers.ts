import type { Posted } from '../../http-client/http-post.ts';
import type { Meaning, Verdict } from '../../http-client/verdict.ts';
import { AwsError, isThrottling } from '../../platform/aws/aws-error.ts';

/** What an answer of AWS means, and whether its session is spent. */
export interface AwsVerdict extends Verdict {
  readonly isSessionSpent?: boolean;
}

interface Row {
  readonly means: Meaning;
  readonly codes: readonly string[];
  /** The session's credentials are no longer taken: the next attempt gets others. */
  readonly isSessionSpent?: boolean;
}

/**
 * What AWS's error codes mean, of all services. Two rules made the rows. What the owner can mend (policies, keys, resources
 * that are missing or are being replaced) is tried again, so that nothing is lost meanwhile. What is wrong with the event
 * itself is final. Nothing disables a target at once: a stack that is replaced answers as one that is gone.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html#API_PutRecord_Errors
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html#API_PutRecord_Errors
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const ROWS: readonly Row[] = [
  {
    // Besides those that AWS's SDKs know, see `isThrottling`.
    means: 'throttled',
    codes: [
      'Throttled', // SNS
      'OverLimit', // SQS
      'KMSThrottlingException',
      'KMSThrottling',
      'KmsThrottled',
      'EC2ThrottledException', // Lambda
      'ServiceUnavailableException', // Firehose: its stream is at its limit
    ],
  },
  {
    means: 'retry',
    isSessionSpent: true,
    codes: [
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidToken',
      'TokenRefreshRequired',
      'InvalidClientTokenId',
      'InvalidAccessKeyId',
      'UnrecognizedClientException',
      // Clocks differ: another attempt is signed anew.
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'RequestExpired',
      'RequestTimeTooSkewed',
      'RequestInTheFuture',
    ],
  },
  {
    // Policies reach all of AWS within minutes, so even one that was mended can refuse for a while.
    means: 'retry',
    codes: [
      'AccessDenied',
      'AccessDeniedException',
      'AuthorizationError',
      'AuthorizationErrorException',
      'NotAuthorizedException',
      'InvalidSecurity',
      'InvalidSecurityException',
      'AllAccessDisabled',
      'OptInRequired',
      'KMSAccessDenied',
      'KMSAccessDeniedException',
      'KmsAccessDenied',
      'KMSDisabled',
      'KMSDisabledException',
      'KmsDisabled',
      'KMSInvalidState',
      'KMSInvalidStateException',
      'KmsInvalidState',
      'KmsInvalidKeyUsage',
      'KMSNotFound',
      'KMSNotFoundException',
      'KmsNotFound',
      'KMSOptInRequired',
      'KmsOptInRequired',
      'InvalidKMSResourceException',
    ],
  },
  {
    means: 'retry',
    codes: [
      'QueueDoesNotExist',
      'NonExistentQueue',
      'QueueDeletedRecently',
      'NotFound',
      'NotFoundException',
      'ResourceNotFoundException',
      'ResourceNotReadyException',
      'ResourceConflictException',
      'ResourceInUseException',
      'NoSuchBucket',
      'OperationAborted',
      'PermanentRedirect',
      'TemporaryRedirect',
      'AuthorizationHeaderMalformed', // the bucket is in another region
      'InvalidAddress',
      'EndpointDisabled',
      'SnapStartException', // Lambda: a hook of the function failed
      'InternalFailure',
      'InternalException',
      'InternalError',
      'RequestTimeout',
    ],
  },
  {
    means: 'final',
    codes: [
      'ValidationException',
      'ValidationError',
      'InvalidArgument',
      'InvalidArgumentException',
      'InvalidMessageContents',
      'InvalidParameter',
      'InvalidParameterValue',
      'InvalidParameterValueException',
      'InvalidAttributeValue',
      'ParameterValueInvalid',
      'InvalidRequestContentException',
      'UnsupportedMediaTypeException',
      'RequestTooLargeException',
      'RequestEntityTooLargeException',
      'EntityTooLarge',
      'MessageTooLong',
      'MetadataTooLarge',
      'KeyTooLongError',
      'MalformedDetail',
      'SerializationException',
      'MissingParameter',
      'UnsupportedOperation',
      'RecursiveInvocationException',
    ],
  },
];

const BY_CODE: ReadonlyMap<string, Row> = new Map(
  ROWS.flatMap((row) => row.codes.map((code) => [code, row] as const)),
);

/** Answers of services that say in a header what went wrong. */
export const ANSWER_HEADERS = ['x-amzn-errortype', 'x-amz-function-error'] as const;

/**
 * What an answer means. Of a failure AWS's code and first line are kept, and not its body: what is wrong with a signature is
 * explained by the whole request, with the session's token.
 */
export function verdictOf({ status = 0, answer = '', headers = {} }: Posted): AwsVerdict | undefined {
  if (status >= 200 && status < 300) return undefined;
  const error = new AwsError({ status, headers, body: answer });
  return failed(error.name, error.message, status);
}

/** What a failure means, by its code, or else by its status. */
export function failed(code: string, message: string, status: number): AwsVerdict {
  const row = isThrottling(code) ? THROTTLED : BY_CODE.get(code);
  const means = row?.means ?? byStatus(status);
  return {
    means,
    detail: `${code}: ${message}`,
    answer: '',
    ...(row?.isSessionSpent && { isSessionSpent: true }),
  };
}

const THROTTLED: Row = { means: 'throttled', codes: [] };

/** Of a code that no row has: only what blames the request itself is final. */
function byStatus(status: number): Meaning {
  if (status === 429) return 'throttled';
  return status === 400 || status === 413 || status === 415 ? 'final' : 'retry';
}
