import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AskForJson } from '../../http-client/json-client.ts';
import { withinMs } from '../../platform/within-ms.ts';
import { refName, type TargetRef } from '../../values/target-ref.ts';
import { RequestProblem } from '../request-problem.ts';
import type { OAuthClient } from './auth.ts';
import { readTokenAnswer } from './token-answer.ts';
import { tokenRequest } from './token-request.ts';

/** A token for a request. */
interface Token {
  readonly value: string;
  /** Whether it was given out for this request, or one at the same time. */
  readonly isNew: boolean;
}

interface TokensWanted {
  readonly ref: TargetRef;
  readonly client: OAuthClient;
  /** For asking for a token. Others may wait for the same one. */
  readonly askMs: number;
  /** How long this request waits for it. */
  readonly waitMs: number;
}

/** Tokens of OAuth 2 clients, in memory alone. */
export interface Tokens {
  /** @throws RequestProblem when there is none */
  tokenFor(wanted: TokensWanted): Promise<Token>;
  /** Throws a token away that was refused. */
  forget(wanted: Pick<TokensWanted, 'ref' | 'client'>, token: Token): void;
}

/** A token has at most 8 KB. */
const MAX_TOKENS = 1000;

/** Before its end, since a request takes time and clocks differ: of a token that lives shorter, a fifth. */
const RENEW_BEFORE_MS = 60_000;
const RENEW_BEFORE_PART = 0.2;

interface Kept {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
}

/**
 * Targets share no tokens, whoever their clients are. A token is of the settings that it was asked for by: changed ones ask for
 * another.
 */
export function createTokens({
  askForJson,
  now,
}: {
  readonly askForJson: AskForJson;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}): Tokens {
  const kept = new LRUCache<string, Kept>({ max: MAX_TOKENS });
  const underWay = new Map<string, Promise<Kept>>();

  async function ask(name: string, { client, askMs }: TokensWanted): Promise<Kept> {
    const askedAt = now();
    const granted = readTokenAnswer(await askForJson(tokenRequest(client, askMs)));
    if (typeof granted === 'string') throw new RequestProblem('credentials', granted);
    const { token, lifetimeMs } = granted;
    const spare = Math.min(RENEW_BEFORE_MS, lifetimeMs * RENEW_BEFORE_PART);
    const one = { value: token, renewAt: askedAt + lifetimeMs - spare };
    kept.set(name, one);
    return one;
  }

  /** Many deliveries at once ask for one token. */
  function askOnce(name: string, wanted: TokensWanted): Promise<Kept> {
    const already = underWay.get(name);
    if (already) return already;
    const asking = ask(name, wanted).finally(() => underWay.delete(name));
    underWay.set(name, asking);
    return asking;
  }

  return {
    async tokenFor(wanted) {
      const name = nameOf(wanted);
      const known = kept.get(name);
      if (known && known.renewAt > now()) return { value: known.value, isNew: false };
      const got = await withinMs(askOnce(name, wanted), wanted.waitMs);
      if (got === 'late') {
        // A fast lane's patience is over: the request is made again where it may take its time.
        const isCut = wanted.waitMs < wanted.askMs;
        throw new RequestProblem(isCut ? 'timeout' : 'credentials', `no token within ${wanted.waitMs} ms`);
      }
      return { value: got.value, isNew: true };
    },
    forget(wanted, { value }) {
      const name = nameOf(wanted);
      // Not one that has come meanwhile.
      if (kept.peek(name)?.value === value) kept.delete(name);
    },
  };
}

const nameOf = ({ ref, client }: Pick<TokensWanted, 'ref' | 'client'>): string => {
  const settings = createHash('sha256').update(JSON.stringify(client)).digest('base64');
  return `${refName(ref)} ${settings}`;
};
