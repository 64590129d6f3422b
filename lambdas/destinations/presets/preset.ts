import type { Attempt } from '../../http-client/attempt-record.ts';
import type { Allowed } from '../../http-client/target-url.ts';
import type { Verdict } from '../../http-client/verdict.ts';
import { USER_AGENT } from '../../targets/request-headers.ts';
import { isObject, type JsonObject } from '../../values/json.ts';
import {
  type Kind,
  type KindRequest,
  type Making,
  RequestProblem,
  type SettingProblem,
  sentBy,
} from '../kind.ts';
import type { KindName } from '../kind-names.ts';
import { type Facts, factsOf } from './facts.ts';
import { partsOf } from './hook-url.ts';
import { fill } from './template.ts';
import { oneLine } from './texts.ts';

/** Settings that all presets have. */
export interface PresetSettings {
  /** A template; the event's type when left out. */
  readonly title?: string | undefined;
  /** Paths of what is shown of the payload; each of its members when left out. */
  readonly fields?: readonly string[] | undefined;
  /** A template of a URL. */
  readonly link?: string | undefined;
}

/** Where a message goes. */
interface Destination {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A service whose messages are made from events. */
export interface Preset<S extends PresetSettings> {
  readonly name: KindName;
  /** The setting that is a credential. */
  readonly credential: keyof S & string;
  address(settings: S): string;
  sendsSecretsTo?(settings: S): readonly string[];
  problem?(settings: S, allowed: Allowed): SettingProblem | undefined;
  destination(settings: S, facts: Facts): Destination;
  /** @param now milliseconds since the epoch */
  message(facts: Facts, settings: S, now: number): object;
  /** Completes a message that a transformation made. It is as it is where there is nothing to add. */
  complete?(message: JsonObject, settings: S): JsonObject;
  /** The largest body that the service takes. */
  readonly maxBytes: number;
  /** What an answer means, where its status does not say it or its body says more. */
  read(answered: Attempt): Verdict | undefined;
}

/** A kind of target from a preset. */
export const presetKind = <S extends PresetSettings>(preset: Preset<S>): Kind<S> => ({
  takes: new Set(['transform'] as const),
  secrets: [preset.credential],
  address: preset.address,
  ...(preset.sendsSecretsTo && { sendsSecretsTo: preset.sendsSecretsTo }),
  ...(preset.problem && { problem: preset.problem }),
  request: (making) => requestBy(preset, making),
});

function requestBy<S extends PresetSettings>(preset: Preset<S>, making: Making<S>): KindRequest {
  const { settings, event } = making;
  if (!event) throw new Error(`expected one event for a target of kind ${preset.name}`);
  const facts = factsOf(event, making.body);
  const { url, headers } = preset.destination(settings, facts);
  const body = Buffer.from(JSON.stringify(messageBy(preset, making, facts)));
  if (body.length > preset.maxBytes)
    throw new RequestProblem(
      'unsendable',
      `expected a message of at most ${preset.maxBytes} bytes, got ${body.length}`,
    );
  return {
    url,
    headers: { 'content-type': 'application/json', 'user-agent': USER_AGENT, ...headers },
    body,
    sent: sentBy(preset.name, preset.address(settings), body),
    credentials: partsOf(String(settings[preset.credential])),
    read: preset.read,
  };
}

/** What a transformation makes is the message itself. Paths and templates of the settings then look into it. */
function messageBy<S extends PresetSettings>(preset: Preset<S>, making: Making<S>, facts: Facts): object {
  const { settings, shaped, at } = making;
  if (shaped?.body === undefined) return preset.message(facts, settings, at);
  if (!isObject(facts.data)) throw new RequestProblem('transform', 'body: expected a JSON object');
  return preset.complete?.(facts.data, settings) ?? facts.data;
}

/** What a message is called. A test says that it is one: it may wake somebody. */
export const titleOf = (facts: Facts, { title }: PresetSettings): string =>
  (facts.isTest ? '[test] ' : '') +
  (oneLine(title === undefined ? facts.type : fill(title, facts).text) || facts.type);
