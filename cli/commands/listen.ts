import { hostname } from 'node:os';
import { type ArgsOf, type Posthorn, PosthornError } from '../../client/index.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { type Forwarder, forwarderTo } from '../listen/forward.ts';
import { forwardTo } from '../listen/forward-to.ts';
import {
  answerLine,
  bodyLines,
  headerLines,
  isSuccess,
  requestLine,
  shownOf,
  textIn,
} from '../listen/lines.ts';
import type { Listener, NewListener } from '../listen/listener.ts';
import type { LocalAnswer, RelayedRequest } from '../listen/messages.ts';
import { listenUntilEnd } from '../listen/session.ts';
import { eventPatterns } from '../live/outcome-filter.ts';
import { OPERATION_INFO } from '../routes/operation-info.ts';
import { bodyFrom, bodyOptions } from '../routes/route-options.ts';

const INFO = OPERATION_INFO.createListener;

const NAME = {
  flags: '--name <text>',
  description: 'As what `posthorn listeners list` shows it: by default the name of this machine.',
};

export const listen: Command = {
  words: 'listen',
  summary: 'Deliveries of real events, on this machine.',
  description: [
    'Makes a subscription that lasts as long as the command runs. Its deliveries come over the live channel, so no tunnel and no open port are needed, and are passed on to your own server: the same bytes, the same headers, signed with a secret that is printed. What your server answers is recorded as any attempt is.',
    'Without --forward-to they are printed, and answered with 200. Ctrl-C ends it, and leaves nothing behind. After a lost connection it goes on where it was; what comes meanwhile waits.',
  ].join('\n\n'),
  options: [
    {
      flags: '-f, --forward-to <url>',
      description: 'Your own server: http://localhost:3000/hook, localhost:3000/hook, or 3000/hook.',
    },
    ...bodyOptions(INFO).map((one) => (one.flags === NAME.flags ? NAME : one)),
    { flags: '--insecure', description: 'Take a self-signed certificate of your server.' },
    { flags: '--print-headers', description: 'Print the headers of each request.' },
    {
      flags: '--print-body',
      description: 'Print the body of each request, and of answers that are no success.',
    },
  ],
  examples: [
    ["posthorn listen --forward-to http://localhost:3000/hook --events 'payment.**'", 'payments'],
    ['posthorn listen -f 3000/hook', 'everything'],
    ['posthorn listen --print-body', 'only look'],
    [`posthorn listen -f 3000 --where '{"data":{"amount":[{"numeric":[">",1000]}]}}'`, 'with a condition'],
  ],
  covers: ['createListener', 'deleteListener', 'createLiveTicket'],
  run,
};

async function run(context: Context, _: Values, options: Values): Promise<typeof EXIT.ok> {
  const { io, out } = context;
  const to = typeof options.forwardTo === 'string' ? forwardTo(options.forwardTo) : undefined;
  if (options.insecure === true && to?.protocol !== 'https:')
    throw new UsageError('--insecure: expected an https address in --forward-to');
  eventPatterns(options.events);
  const given = (await bodyFrom(io, INFO, options)) as Partial<NewListener> | undefined;
  const body = { events: ['**'], name: `posthorn listen on ${hostname()}`.slice(0, 100), ...given };
  const api = await context.api();
  const forwarder = to && (await forwarderTo(to, options.insecure === true));
  const shown = new Requested(context, api, forwarder, options);
  try {
    await listenUntilEnd(context, api, body as ArgsOf<'createListener'>['body'], {
      onListener: (listener, isFirst) => announce(context, listener, to, isFirst),
      onConnected: () => out.note('Ready: deliveries follow as they come. Ctrl-C ends it.'),
      answer: (request, leftMs) => shown.answer(request, leftMs),
    });
  } finally {
    forwarder?.close();
  }
  out.note(shown.summary());
  return EXIT.ok;
}

async function announce(
  { out }: Context,
  { id, events, secret, subscriptionId, targetId }: Listener,
  to: URL | undefined,
  isFirst: boolean,
): Promise<void> {
  const forwardedTo = to && { forwardTo: to.href };
  if (out.isJson) {
    await out.line({
      type: 'listening',
      listener: id,
      events,
      subscriptionId,
      targetId,
      secret,
      ...forwardedTo,
    });
    return;
  }
  if (!isFirst) out.warn('The listener has expired meanwhile. Here is a new one, with another secret.');
  out.note(`${events.join(', ')} → ${to?.href ?? 'printed, and answered with 200'}`);
  out.note(`Signing secret: ${secret}`);
  out.note(`  export POSTHORN_WEBHOOK_SECRET=${secret}`);
}

/** Each request on its way to the developer's server and back, as it is shown. */
class Requested {
  private readonly context: Context;
  private readonly api: Posthorn;
  private readonly forwarder: Forwarder | undefined;
  private readonly options: Values;
  private readonly counts = { answered: 0, failed: 0 };

  constructor(context: Context, api: Posthorn, forwarder: Forwarder | undefined, options: Values) {
    this.context = context;
    this.api = api;
    this.forwarder = forwarder;
    this.options = options;
  }

  async answer(request: RelayedRequest, leftMs: number): Promise<LocalAnswer> {
    const { io } = this.context;
    const beganAt = io.now();
    const body = await this.bodyOf(request);
    if (!(body instanceof Uint8Array)) return body;
    await this.showRequest(request, body);
    const answer = await this.answerTo(request, body, leftMs - (io.now() - beganAt));
    this.counts['status' in answer && isSuccess(answer.status) ? 'answered' : 'failed']++;
    await this.showAnswer(request, answer, io.now() - beganAt);
    return answer;
  }

  summary(): string {
    const { answered, failed } = this.counts;
    const all = answered + failed;
    const ended = 'Nothing is left behind.';
    if (all === 0) return `No request came. ${ended}`;
    return `${all === 1 ? '1 request' : `${all} requests`}: ${answered} with success, ${failed} without. ${ended}`;
  }

  /** What is too large for a message is fetched. */
  private async bodyOf({ body }: RelayedRequest): Promise<Uint8Array | LocalAnswer> {
    if (!('of' in body)) return body;
    try {
      return await this.api.getEventPayload({ id: body.of });
    } catch (error) {
      if (!(error instanceof PosthornError)) throw error;
      return { error: `the payload could not be read: ${error.message}` };
    }
  }

  private async answerTo(
    { headers }: RelayedRequest,
    body: Uint8Array,
    leftMs: number,
  ): Promise<LocalAnswer> {
    if (leftMs <= 0) return { error: 'it came too late to be passed on' };
    return this.forwarder ? this.forwarder.forward({ headers, body }, leftMs) : { status: 200 };
  }

  private async showRequest({ id, headers }: RelayedRequest, body: Uint8Array): Promise<void> {
    const { out, io } = this.context;
    const { printHeaders, printBody } = this.options;
    const shown = shownOf(headers);
    if (out.isJson) {
      const text = printBody === true ? textIn(body) : undefined;
      const bytes = { base64: Buffer.from(body).toString('base64') };
      await out.line({
        type: 'request',
        id,
        ...shown,
        ...(printHeaders === true && { headers }),
        ...(printBody === true && (text === undefined ? bytes : { body: text })),
      });
      return;
    }
    await out.text(
      [
        requestLine(shown, io.now(), out.colours),
        ...(printHeaders === true ? [headerLines(headers, out.colours)] : []),
        ...(printBody === true && body.length > 0 ? [bodyLines(body)] : []),
      ].join('\n'),
    );
  }

  private async showAnswer({ id, headers }: RelayedRequest, answer: LocalAnswer, ms: number): Promise<void> {
    const { out, io } = this.context;
    const shown = shownOf(headers);
    if (out.isJson) {
      const { hint: _, ...said } = { hint: undefined, ...answer };
      return out.line({ type: 'answer', id, eventId: shown.eventId, ...said, ms: Math.round(ms) });
    }
    const isPrinted = 'status' in answer && !isSuccess(answer.status) && answer.body;
    const body = this.options.printBody === true && isPrinted ? [bodyLines(Buffer.from(isPrinted))] : [];
    await out.text([answerLine(shown, answer, ms, io.now(), out.colours), ...body].join('\n'));
  }
}
