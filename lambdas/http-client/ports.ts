/** Ports from the first to the last, both included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

const FORM = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** Reads `443 1024-65535`; undefined when a part of it is no port or range. */
export function portRangesOf(text: string): PortRange[] | undefined {
  const ranges = text.split(' ').map((part) => {
    const [, from = '', to = from] = FORM.exec(part) ?? [];
    return { from: Number(from), to: Number(to) };
  });
  return ranges.every(({ from, to }) => from >= 1 && from <= to && to <= 65_535) ? ranges : undefined;
}

/** The same of a setting, where it is checked already. @throws when it is none */
export function portsOf(text: string): readonly PortRange[] {
  const ports = portRangesOf(text);
  if (!ports) throw new Error(`expected ports and ranges of ports, got ${text}`);
  return ports;
}

/**
 * The ports that endpoints may have where nothing else is said: those of their schemes, and those that any program may
 * listen on. Below 1024 are mail, names, databases and other services that could be made to read a request as their own.
 */
export const defaultPorts = (allowHttp: boolean): string =>
  allowHttp ? '80 443 1024-65535' : '443 1024-65535';

export const ANY_PORT: readonly PortRange[] = [{ from: 1, to: 65_535 }];

/** The port that a URL leads to. */
export const portOf = ({ port, protocol }: Pick<URL, 'port' | 'protocol'>): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/** What is wrong with a port, or undefined when an endpoint may have it. */
export function portProblem(port: number, ports: readonly PortRange[]): string | undefined {
  if (ports.some(({ from, to }) => from <= port && port <= to)) return undefined;
  const names = ports.map(({ from, to }) => (from === to ? String(from) : `${from} to ${to}`));
  return `expected port ${names.join(', ')}, got ${port}`;
}
