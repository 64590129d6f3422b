import * as z from 'zod';
import { hostedZoneSchema, hostName, outsideOf } from './domain.ts';

const CERTIFICATE = /^arn:aws(-[a-z]+)*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;

/** The longest that leaves room in manage's variables, 4 KB, in the largest environment. */
const MAX_LIVE_NAME = 50;

/**
 * A name of your own for the API, so that producers' URL stays the same whatever becomes of the stack. API Gateway takes names
 * of APIs and of WebSocket APIs apart, so the live channel's is another one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-mappings.html
 */
const domainSchema = z
  .strictObject({
    name: hostName('hooks.example.com'),
    /** The live channel's name. Left out, it keeps its own address, which clients get each time. */
    liveName: hostName('live.hooks.example.com')
      .max(MAX_LIVE_NAME, `expected at most ${MAX_LIVE_NAME} characters`)
      .optional(),
    /** Of all names here, in ACM of the home region. */
    certificateArn: z
      .string()
      .regex(
        CERTIFICATE,
        'expected a certificate of the home region, such as arn:aws:acm:eu-central-1:123456789012:certificate/…',
      ),
    /** Where the records are made. Left out, outputs say which you have to make. */
    hostedZone: hostedZoneSchema.optional(),
  })
  .superRefine(({ name, liveName, hostedZone }, { addIssue }) => {
    if (name === liveName)
      addIssue({
        code: 'custom',
        path: ['liveName'],
        message: 'expected another name than the API’s: API Gateway takes no WebSocket API under the same',
      });
    const names = [name, ...(liveName === undefined ? [] : [liveName])];
    const outside = hostedZone && outsideOf(hostedZone.name, names);
    if (outside !== undefined)
      addIssue({
        code: 'custom',
        path: ['hostedZone', 'name'],
        message: `expected a zone that holds ${outside}`,
      });
  });

/** How the API is reached. Left out, at the address that API Gateway gives it. */
export const apiSchema = z
  .strictObject({
    domain: domainSchema.optional(),
    /**
     * Where requests are taken, if not everywhere. `domain` closes the address that API Gateway gave: requests come by `domain`, or by
     * the console's address. `cloudFront` takes requests of the console's distribution alone, so that its web ACL sees each. The
     * live channel's own address stays open, since functions post to it there; a ticket of the API opens it, once.
     */
    onlyAt: z.enum(['domain', 'cloudFront'], 'expected domain or cloudFront').optional(),
  })
  .refine(({ domain, onlyAt }) => domain !== undefined || onlyAt !== 'domain', {
    path: ['onlyAt'],
    message: 'expected api.domain with it, or nobody could reach the API',
  })
  .refine(({ domain, onlyAt }) => domain === undefined || onlyAt !== 'cloudFront', {
    path: ['domain'],
    message:
      'expected none with onlyAt cloudFront: producers use the name of the distribution, console.domain',
  });

export type ApiSettings = z.infer<typeof apiSchema>;
export type ApiDomain = NonNullable<ApiSettings['domain']>;

interface Surroundings {
  readonly account: string | undefined;
  readonly homeRegion: string | undefined;
  /** The console's name, if it has one. */
  readonly consoleName: string | undefined;
}

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/** What of the API's settings does not fit the environment's others. */
export function apiProblems(
  { domain, onlyAt }: ApiSettings,
  { account, homeRegion, consoleName }: Surroundings,
): Problem[] {
  if (onlyAt === 'cloudFront' && consoleName === undefined)
    return [
      {
        path: ['api', 'onlyAt'],
        message:
          'expected console.domain with cloudFront, or producers’ URL would be another with each distribution',
      },
    ];
  if (!domain) return [];
  const [, , , , region, owner] = ['', ...domain.certificateArn.split(':')];
  const path = ['api', 'domain', 'certificateArn'];
  const problems: Problem[] = [];
  if (homeRegion !== undefined && region !== homeRegion)
    problems.push({
      path,
      message: `expected a certificate of ${homeRegion}, where the API is, got one of ${region}`,
    });
  if (account !== undefined && owner !== account)
    problems.push({ path, message: `expected a certificate of account ${account}, got one of ${owner}` });
  for (const [key, name] of Object.entries({ name: domain.name, liveName: domain.liveName }))
    if (name !== undefined && name === consoleName)
      problems.push({
        path: ['api', 'domain', key],
        message: 'expected another name than console.domain.name: one name leads to one place',
      });
  return problems;
}
