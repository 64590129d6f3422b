/** A variable that the stack sets for this function. Without it the stack is wrong. */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`expected environment variable ${name} to be set`);
  return value;
}

/** A variable that the stack sets for some functions only. */
export const optionalEnv = (name: string): string | undefined => process.env[name] || undefined;

/** A variable that holds a number, 0 or more. The settings check what else it must be. */
export function requireEnvNumber(name: string): number {
  const value = Number(requireEnv(name));
  if (!(value >= 0))
    throw new Error(`expected environment variable ${name} to be a number that is not negative`);
  return value;
}
