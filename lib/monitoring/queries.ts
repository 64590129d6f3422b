import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accessLogName } from '../settings/access-log.ts';
import type { Watched } from './watched.ts';

/** A query of CloudWatch's Logs Insights, to be chosen from a list there. */
export interface SavedQuery {
  /** Below `posthorn/<env>/`. */
  readonly name: string;
  /** Which log groups it reads. */
  readonly over: 'functions' | 'access log';
  /** What it is for. It stands above the query, as a comment. */
  readonly says: string;
  readonly query: string;
}

/**
 * What the runbook asks of the logs. Functions' lines have the fields of log-fields.ts; lines of metrics have the names and dimensions
 * of metric-names.ts as fields; Lambda's own have `type` and `record`. `@log` is the log group, whose name says which function it is.
 */
export const QUERIES: readonly SavedQuery[] = [
  {
    name: 'everything of one id',
    over: 'functions',
    says: 'Put the id of a delivery, an event, a target, a tenant, a trace or a job between the quotes.',
    query: `fields @timestamp, message, error, detail, tenant, target, event, delivery, trace, @log
| filter @message like "ID"
| sort @timestamp
| limit 1000`,
  },
  {
    name: 'warnings, latest first',
    over: 'functions',
    says: 'Each line that a person should look at. The runbook says what each means.',
    query: `fields @timestamp, message, error, detail, tenant, target, event, delivery, trace, @log
| filter level = "WARN" and ispresent(message)
| sort @timestamp desc
| limit 1000`,
  },
  {
    name: 'warnings by message and error',
    over: 'functions',
    says: 'What goes wrong most, since when, and where.',
    query: `filter level = "WARN" and ispresent(message)
| stats count(*) as lines, min(@timestamp) as first, max(@timestamp) as last by message, error, @log
| sort lines desc`,
  },
  {
    name: 'warnings over time',
    over: 'functions',
    says: 'When it began. Shown as a line, it has a peak where something failed.',
    query: `filter level = "WARN" and ispresent(message)
| stats count(*) as lines by bin(5m), message`,
  },
  {
    name: 'warnings by tenant',
    over: 'functions',
    says: 'Whether it is one tenant alone.',
    query: `filter level = "WARN" and ispresent(tenant)
| stats count(*) as lines, count_distinct(target) as targets, max(@timestamp) as last by tenant, message
| sort lines desc`,
  },
  {
    name: 'faults by function',
    over: 'functions',
    says: 'Which function failed on messages for a reason of our own.',
    query: `filter ispresent(Faults)
| stats sum(Faults) as faults by bin(5m), @log
| sort faults desc`,
  },
  {
    name: 'failed invocations',
    over: 'functions',
    says: 'Time limits, crashes, and functions that ran out of memory: Lambda’s own lines. It keeps none of invocations that end well.',
    query: `fields @timestamp, @log, record.status, record.errorType, record.metrics.durationMs, record.metrics.maxMemoryUsedMB, record.metrics.memorySizeMB, record.requestId
| filter type = "platform.report" and record.status != "success"
| sort @timestamp desc
| limit 1000`,
  },
  {
    name: 'quarantined messages',
    over: 'functions',
    says: 'What could not be read, from which queue, and why.',
    query: `fields @timestamp, message, from, messageId, detail, messages, @log
| filter message in ["message did not parse", "quarantine failed"]
| sort @timestamp desc`,
  },
  {
    name: 'unreadable items',
    over: 'functions',
    says: 'Items of tables that were skipped: table, key, and what was expected.',
    query: `fields @timestamp, message, detail, isNewer, tenant, target, @log
| filter message in ["item skipped", "deliveries held up"] or error = "UnreadableItemError"
| sort @timestamp desc`,
  },
  {
    name: 'deaths by reason',
    over: 'functions',
    says: 'Dead letters by the hour. Reason “infrastructure” is ours.',
    query: `filter ispresent(Dead)
| stats sum(Dead) as deaths by bin(1h), Reason
| sort deaths desc`,
  },
  {
    name: 'causes of deaths of infrastructure',
    over: 'functions',
    says: 'What failed on messages until their queue gave them up, or was given up at once.',
    query: `filter message in ["batch failed", "delivery not attempted", "deliveries not attempted", "deliveries held up", "events not fanned out", "challenge given up", "replay given up", "loop stopped"]
| stats count(*) as lines, min(@timestamp) as first, max(@timestamp) as last by message, error, detail, @log
| sort lines desc`,
  },
  {
    name: 'targets that fail now',
    over: 'functions',
    says: 'Targets of which over a tenth of the attempts fail, of those that began to within the span: since when, and how.',
    query: `filter message in ["target failing", "target failing no more"]
| stats latest(message) as state, latest(since) as begun, latest(attempts) as tried, latest(failedAttempts) as failed, latest(failures) as how by tenant, target
| filter state = "target failing"
| sort failed desc`,
  },
  {
    name: 'lost and sent again',
    over: 'functions',
    says: 'What recovery found, and what kept it from looking.',
    query: `fields @timestamp, message, tenant, event, delivery, deliveries, reached, queue, messages
| filter message in ["deliveries sent again", "fanout resumed", "hold queue was left without a drain", "recovery waits for a queue", "recovery is running already"]
| sort @timestamp desc`,
  },
  {
    name: 'audit entries not written',
    over: 'functions',
    says: 'The entries that the audit trail lacks. Keep these lines: nothing else has them.',
    query: `fields @timestamp, entry, error, detail
| filter message = "audit entry not written"
| sort @timestamp`,
  },
  {
    name: 'log volume by function',
    over: 'functions',
    says: 'Which function’s lines cost what: $0.50 for each GB.',
    query: `stats sum(strlen(@message) / 1000000) as MB, count(*) as lines by @log
| sort MB desc`,
  },
  {
    name: 'API: errors of ours',
    over: 'access log',
    says: 'Requests that were answered with 5xx. The error is API Gateway’s own, `integration` that of calling the function.',
    query: `fields @timestamp, status, route, ms, error, lambda, integration, auth, ip, id
| filter status like /^5/
| sort @timestamp desc
| limit 1000`,
  },
  {
    name: 'API: requests refused',
    over: 'access log',
    says: 'What is answered with 4xx, and to whom: wrong keys, wrong bodies, too many requests.',
    query: `filter status like /^4/
| stats count(*) as requests, count_distinct(ip) as callers, max(@timestamp) as last by status, route, error
| sort requests desc`,
  },
  {
    name: 'API: time by route',
    over: 'access log',
    says: 'How long callers wait, in milliseconds.',
    query: `stats count(*) as requests, pct(ms, 50) as p50, pct(ms, 95) as p95, pct(ms, 99) as p99, max(ms) as longest by route
| sort p95 desc`,
  },
  {
    name: 'API: busiest callers',
    over: 'access log',
    says: 'From which addresses most requests come.',
    query: `stats count(*) as requests by ip, route
| sort requests desc
| limit 100`,
  },
];

export const queryPrefix = ({ environment }: Pick<Watched, 'environment'>): string =>
  `posthorn/${environment}/`;

/** Saves the queries in an AWS region. They cost nothing; running one costs $0.005 for each GB that it reads. */
export function saveQueries(scope: Construct, watched: Watched): void {
  const queries = new Construct(scope, 'Queries');
  const groups: Readonly<Record<SavedQuery['over'], readonly string[]>> = {
    functions: [...watched.functions.values()].map(({ logGroupName }) => logGroupName),
    'access log': watched.home ? [accessLogName(watched.environment)] : [],
  };
  for (const { name, over, says, query } of QUERIES) {
    const logGroupNames = [...groups[over]];
    if (logGroupNames.length === 0) continue;
    new CfnQueryDefinition(queries, idOf(name), {
      name: `${queryPrefix(watched)}${name}`,
      queryString: `# ${says}\n${query}`,
      logGroupNames,
    });
  }
}

/** `warnings by tenant` is `WarningsByTenant`. */
const idOf = (name: string): string =>
  name
    .split(/[^a-zA-Z]+/)
    .map((word) => `${word[0]!.toUpperCase()}${word.slice(1)}`)
    .join('');
