import {
  anything,
  type Check,
  flag,
  list,
  mapOf,
  mapOr,
  members,
  number,
  object,
  text,
} from '../files/check.ts';
import { KIND_MEMBERS } from './kind-members.ts';
import { KEY, LABEL, NAME } from './label.ts';

/** What a configuration may hold. Pure. */

const fromEnv = members({ fromEnv: text });
const textOrEnv = mapOr(fromEnv, text);

/** A secret in a file is no secret. */
const secret: Check = (value, at, report) => {
  if (typeof value === 'string') report(at, 'expected { fromEnv: NAME }: no secret stands in a file');
  else fromEnv(value, at, report);
};

const metadata = mapOf(text, (name) =>
  name === LABEL ? 'expected another name: by this one the tool knows what it has made' : undefined,
);

const notes = { name: text, description: text, metadata, active: flag };

export const TARGET_MEMBERS = {
  kind: text,
  ...Object.fromEntries(KIND_MEMBERS.map((kind) => [kind, object])),
  url: textOrEnv,
  regions: mapOf(textOrEnv),
  headers: mapOf(textOrEnv),
  signature: text,
  secret,
  retry: mapOr(members({ schedule: list(number), jitter: number }), text),
  retryClientErrors: flag,
  timeoutSeconds: number,
  rateLimit: members({ perSecond: number }),
  batching: members({ maxEvents: number, maxSeconds: number }),
  clientCertificate: text,
  transform: text,
  challengeRequired: flag,
};

export const FILTER_MEMBERS = {
  events: list(text),
  where: object,
  filters: object,
  jsonpath: text,
  during: anything,
};

export const NOTES = notes;

export const EVENT_TYPE_MEMBERS = {
  description: text,
  metadata,
  schema: anything,
  sample: anything,
  version: text,
  deprecated: flag,
};

const ownTarget = members({ ...TARGET_MEMBERS, ...notes });
const ownFilter = members({ ...FILTER_MEMBERS, ...notes });

const keyed = (each: Check): Check =>
  mapOf(each, (key) =>
    KEY.test(key)
      ? undefined
      : 'expected a key of at most 128 letters, digits and . _ -, which a letter or digit begins',
  );

const name: Check = (value, at, report) => {
  if (typeof value === 'string' && NAME.test(value)) return;
  report(at, 'expected a name of at most 63 letters, digits and . _ -, which a letter or digit begins');
};

/** One document of a file. */
export const CONFIGURATION = members({
  name,
  eventTypes: mapOf(members(EVENT_TYPE_MEMBERS)),
  filters: keyed(members({ id: text, ...FILTER_MEMBERS, ...notes })),
  targets: keyed(members({ id: text, ...TARGET_MEMBERS, ...notes })),
  subscriptions: keyed(
    members({
      id: text,
      ...notes,
      target: mapOr(ownTarget, text),
      targetId: text,
      ...TARGET_MEMBERS,
      filter: mapOr(ownFilter, text),
      filterId: text,
      ...FILTER_MEMBERS,
    }),
  ),
});
