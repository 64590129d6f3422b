import { ROUTES } from '../../lambdas/api/routes.ts';
import type { Caller } from '../../lambdas/http/caller.ts';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import { apiUnits, type Meter } from '../../local/core/meter.ts';
import type { SimulatedFunction } from '../aws/account.ts';
import { API_GATEWAY } from '../aws/numbers.ts';
import { tokenBucket } from '../aws/token-bucket.ts';
import type { Handler } from '../code/environment.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Random } from '../kernel/random.ts';
import { drawMs } from '../kernel/spread.ts';

export interface ApiRequest {
  /** As a route is declared, such as `POST /v1/events`. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly tenant?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  /** 429 and 503 are API Gateway's own where no function was asked. */
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a route answers is declared in lambdas/api/
  readonly body: any;
}

export interface ApiOptions {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly meter: Meter;
  readonly throttle: { readonly ratePerSecond: number; readonly burst: number };
  /** Requests a second that API Gateway takes of the account; half as many at once. */
  readonly gatewayRate: number;
  readonly ingest: SimulatedFunction;
  readonly manage: SimulatedFunction;
  /** The management's code without time, limits or faults. */
  readonly manageAtOnce: Handler;
}

const INGESTED = new Set(['publish', 'publishBatch', 'publishLogs', 'publishToSubscription']);

/** The HTTP API: what API Gateway does before and after a function. Callers are identified already. */
export function createApi({
  kernel,
  random,
  meter,
  throttle,
  gatewayRate,
  ingest,
  manage,
  manageAtOnce,
}: ApiOptions) {
  const names = new Map(
    Object.entries(ROUTES).map(([name, { method, path }]) => [`${method} ${path}`, name]),
  );
  const rate = Math.min(throttle.ratePerSecond, gatewayRate);
  const burst = Math.min(throttle.burst, gatewayRate / 2);
  const tokens = tokenBucket(kernel, burst, (burst / rate) * 1000);
  let requests = 0;

  function eventOf({ route, parameters, query, tenant = FIRST_TENANT, body, headers }: ApiRequest): object {
    const [method = '', path = ''] = route.split(' ');
    const rawPath = path.replace(/[{](\w+)[+]?[}]/g, (_, name: string) => parameters?.[name] ?? '');
    const time = Math.floor(kernel.now());
    return {
      version: '2.0',
      routeKey: route,
      rawPath,
      rawQueryString: query ? new URLSearchParams(query).toString() : '',
      headers: { 'content-type': 'application/json', host: 'posthorn.example', ...headers },
      ...(query && { queryStringParameters: query }),
      ...(parameters && { pathParameters: parameters }),
      requestContext: {
        domainName: 'posthorn.example',
        http: {
          method,
          path: rawPath,
          protocol: 'HTTP/1.1',
          sourceIp: '203.0.113.1',
          userAgent: 'simulated',
        },
        requestId: `request-${++requests}`,
        routeKey: route,
        stage: '$default',
        time: '',
        timeEpoch: time,
        authorizer: { lambda: callerFor(tenant) },
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      isBase64Encoded: false,
    };
  }

  const answerOf = (result: unknown): ApiAnswer => {
    const { statusCode, body } = result as { statusCode: number; body?: string };
    return { status: statusCode, body: body ? JSON.parse(body) : undefined };
  };

  return {
    /** One request through API Gateway, with its time and limits. */
    async request(request: ApiRequest): Promise<ApiAnswer> {
      const name = names.get(request.route);
      if (!name) throw new Error(`expected a declared route, got ${request.route}`);
      const event = eventOf(request);
      const bytes = Buffer.byteLength(JSON.stringify(event));
      await kernel.sleep(drawMs(random, API_GATEWAY.latency) / 2);
      meter.count({
        caller: 'client',
        service: 'api',
        operation: 'Request',
        requests: 1,
        units: apiUnits(bytes),
      });
      if (!tokens.take()) return { status: 429, body: undefined };
      const invocation = await (INGESTED.has(name) ? ingest : manage).invoke(event, bytes);
      await kernel.sleep(drawMs(random, API_GATEWAY.latency) / 2);
      if (invocation.kind === 'failed')
        return { status: invocation.outcome === 'throttled' ? 503 : 500, body: undefined };
      return answerOf(invocation.result);
    },

    /** A management call that takes no time, and in which nothing goes wrong: for what a history begins with. */
    async atOnce(request: ApiRequest): Promise<ApiAnswer['body']> {
      const { status, body } = answerOf(
        await manageAtOnce(eventOf(request), { getRemainingTimeInMillis: () => 29_000 }),
      );
      if (status >= 300) throw new Error(`${request.route} answered ${status}: ${JSON.stringify(body)}`);
      return body;
    },
  };
}

export type SimulatedApi = ReturnType<typeof createApi>;

/** A key of a tenant that may do all. */
const callerFor = (tenant: string): Caller => ({
  tenant,
  credential: 'first',
  scopes: ['admin', 'manage', 'publish', 'read'] as Caller['scopes'],
  schemaCheck: 'off',
  maxPayloadBytes: 1_048_576,
});
