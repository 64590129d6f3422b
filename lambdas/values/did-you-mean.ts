/** The name that was most likely meant by one that there is not. Pure. */

/**
 * Names that other webhook services and their libraries use for one thing. Each line holds the names of one thing;
 * a name is only ever suggested where it is known.
 */
const SAME: readonly string[] = [
  'url target_url endpoint endpoint_url webhook webhook_url callback callback_url delivery_url destination uri href address',
  'events event_types types event_names topics topic enabled_events subscribed_events filter_types channels patterns',
  'secret secret_key signing_secret signing_key webhook_secret shared_secret hmac_secret token',
  'active is_active enabled is_enabled',
  'data payload body content message detail',
  'type event_type event_name event topic detail_type kind',
  'event_type type event',
  'id event_id message_id uid uuid idempotency_key key',
  'headers custom_headers http_headers request_headers',
  'retry retries retry_policy retry_strategy max_retries attempts',
  'rateLimit throttle throttling_rate max_per_second',
  'timeoutSeconds timeout timeout_ms timeout_millis',
  'batching batch batch_size',
  'signature signing signature_scheme signature_type algorithm',
  'where filter filters filter_policy filter_rules condition conditions pattern rules',
  'filters filter filter_policy where conditions',
  'jsonpath json_path path query expression',
  'during time_window window schedule hours',
  'metadata labels tags annotations attributes',
  'description comment notes note summary',
  'name label title display_name',
  'targetId target endpoint_id destination_id webhook_id',
  'filterId filter',
  'subscriptionId subscription',
  'tenantId tenant application_id app_id customer_id account_id',
  'limit page_size per_page max_results max size count first take',
  'cursor next page offset after starting_after iterator page_token next_token continuation_token',
  'from since after start start_time begin',
  'to until before end end_time stop',
  'level severity severity_text log_level',
  'timestamp time ts at',
  'subscriptions webhooks hooks subscribers',
  'targets endpoints destinations',
  'events messages event publish',
  'event-types types topics schemas',
  'dead-letters dlq failures failed',
  'deliveries attempts',
  'keys api_keys tokens credentials',
  'tenants applications apps customers accounts',
  'docs documentation swagger help api_docs',
  'openapi.json swagger.json openapi openapi.yaml',
  'health healthz health_check ping status ready readyz',
  'stats statistics metrics',
];

/** `event_types`, `event-types` and `eventTypes` are one spelling. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const groups: readonly ReadonlySet<string>[] = SAME.map((line) => new Set(line.split(' ').map(plain)));

/** A name of other systems is a word; what is longer is none, and comparing it would only take time. */
const MAX_LENGTH = 64;

/** The one of the known names that was meant, if there is one that is likely. */
export function didYouMean(given: string, known: readonly string[]): string | undefined {
  if (given === '' || given.length > MAX_LENGTH) return undefined;
  const wanted = plain(given);
  return (
    known.find((name) => plain(name) === wanted) ??
    groups.flatMap((group) => (group.has(wanted) ? known.filter((name) => group.has(plain(name))) : []))[0] ??
    nearest(wanted, known)
  );
}

function nearest(wanted: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, edits: editsBetween(wanted, plain(name)) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  // A third of a word may be wrong; of three letters, one.
  return best && best.edits <= Math.max(1, Math.floor(wanted.length / 3)) && wanted.length > 2
    ? best.name
    : undefined;
}

/** How many letters have to be added, left out, replaced or swapped with their neighbour (Damerau-Levenshtein). */
export function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (isSwapped) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
