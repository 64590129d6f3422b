import { requireEnv } from '../platform/env.ts';
import { type PortRange, portRangesOf } from './ports.ts';

/** A variable that holds ports and ranges of them, such as `443 1024-65535`. */
export function requireEnvPorts(name: string): readonly PortRange[] {
  const ports = portRangesOf(requireEnv(name));
  if (!ports) throw new Error(`expected environment variable ${name} to be ports and ranges of ports`);
  return ports;
}
