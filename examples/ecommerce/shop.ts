import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Posthorn } from '../../client/index.ts';

/** The shop: what its parts tell, and how. */

type Aws = ConstructorParameters<typeof CloudWatchLogsClient>[0];

/** The log group of the shop's application. The environment has it as a source. */
const LOG_GROUP = '/shop/app';

/** Shelves that are counted in the background, while something urgent happens. */
export const SHELVES = 600;

export class Shop {
  private readonly posthorn: Posthorn;
  private readonly logs: CloudWatchLogsClient;

  constructor(posthorn: Posthorn, aws: Aws) {
    this.posthorn = posthorn;
    this.logs = new CloudWatchLogsClient(aws!);
  }

  private async tell(type: string, data: object, more: object = {}): Promise<void> {
    await this.posthorn.publish({ body: { type, data, ...more } });
  }

  async payments(): Promise<void> {
    const currency = 'USD';
    await this.tell('payment.succeeded', { orderId: 'o-1', amount: 80, currency });
    await this.tell('payment.failed', { orderId: 'o-2', amount: 999.99, currency, reason: 'expired_card' });
    await this.tell('payment.failed', { orderId: 'o-3', amount: 1000, currency, reason: 'card_declined' });
    await this.tell('payment.failed', { orderId: 'o-4', amount: 1250.5, currency, reason: 'card_declined' });
    await this.tell('payment.succeeded', { orderId: 'o-4', amount: 1250.5, currency });
  }

  /** An order's region decides where it is fulfilled. */
  async orders(): Promise<void> {
    await this.tell('order.placed', { orderId: 'o-1', items: 2 });
    await this.tell('order.placed', { orderId: 'o-4', items: 1 }, { region: 'eu' });
    await this.tell('order.placed', { orderId: 'o-5', items: 4 }, { region: 'eu' });
  }

  /** All shelves are counted: it can wait, and one request takes many. Then something is about to be sold out. */
  async stockIsCounted(): Promise<void> {
    const events = Array.from({ length: SHELVES }, (_, shelf) => ({
      type: 'inventory.stock.counted',
      data: { sku: `sku-${shelf}`, left: 100 + shelf },
      priority: 'low' as const,
    }));
    for (let at = 0; at < events.length; at += 100)
      await this.posthorn.publishBatch({ body: { events: events.slice(at, at + 100) } });
    await this.stockIsCritical('lamp-7');
  }

  stockIsCritical(sku: string): Promise<void> {
    return this.tell('inventory.stock.critical', { sku, left: 2 }, { priority: 'critical' });
  }

  async requests(): Promise<void> {
    for (const [route, durationMs] of [
      ['GET /cart', 120],
      ['POST /checkout', 2000],
      ['GET /search', 2300],
    ])
      await this.tell('api.request.timed', { route, durationMs });
  }

  async incident(state: 'opened' | 'resolved'): Promise<void> {
    const incident = {
      incidentId: 'i-7',
      title: 'Card data was read by an unknown host',
      severity: 'critical',
    };
    await this.tell(`security.incident.${state}`, incident, { priority: 'critical' });
  }

  /** The application logs as it always did. It calls nobody. */
  async logins(failures: number): Promise<void> {
    const line = (record: object) => ({ timestamp: Date.now(), message: JSON.stringify(record) });
    const stream = { logGroupName: LOG_GROUP, logStreamName: `app-${Date.now()}` };
    await this.logs.send(new CreateLogStreamCommand(stream));
    await this.logs.send(
      new PutLogEventsCommand({
        ...stream,
        logEvents: [
          line({ level: 'info', message: 'ada has logged in' }),
          ...Array.from({ length: failures }, (_, attempt) =>
            line({ event_type: 'login.failed', level: 'warn', user: 'ada', ip: '203.0.113.7', attempt }),
          ),
        ],
      }),
    );
  }
}
