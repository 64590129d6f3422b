import type { Attempt } from './types.ts';

export interface Stage {
  readonly label: string;
  readonly ms: number;
}

/** Where an attempt's time went, stage by stage; what is left is for the rest of the answer. Stages that took no time are left out. */
export function stagesOf({ durationMs, request }: Attempt): Stage[] {
  if (!request) return [];
  const { waitMs, dnsMs, connectMs, tlsMs, firstByteMs } = request.times;
  const known: [string, number | undefined][] = [
    ['Free connection', waitMs],
    ['DNS', dnsMs],
    ['Connect', connectMs],
    ['TLS', tlsMs],
    ['First byte', firstByteMs],
  ];
  const rest = durationMs - known.reduce((sum, [, ms = 0]) => sum + ms, 0);
  return [...known, [firstByteMs === undefined ? 'No answer' : 'Rest', Math.round(rest)] as const]
    .filter((stage): stage is [string, number] => stage[1] !== undefined && stage[1] > 0)
    .map(([label, ms]) => ({ label, ms }));
}

const STAGES: Readonly<Record<string, string>> = {
  wait: 'waiting for a free connection. Nothing was sent',
  dns: 'resolving the host’s name. Nothing was sent',
  connect: 'connecting. Nothing was sent',
  tls: 'the TLS handshake. Nothing was sent',
  answer: 'waiting for the answer: the request was sent, at least in part',
};

/** How far a request without an answer got. */
export const failedInText = (stage: string): string =>
  `It failed in ${STAGES[stage] ?? stage.replaceAll('_', ' ')}.`;
