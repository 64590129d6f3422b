import { readMetered } from '../../bench/plan/metered.ts';
import { type Standing, standingOf } from '../../bench/plan/standing.ts';
import type { Settings } from '../../lib/settings/config.ts';

/**
 * What an environment has whatever is asked, read from its templates.
 * @throws Error for an environment that is not known
 */
export async function standingOfEnvironment(
  environment: string,
  changes: Partial<Settings> = {},
): Promise<Standing> {
  // Loaded only when needed: the CDK takes a second.
  const { templatesOf } = await import('../../bench/plan/templates.ts');
  return standingOf(templatesOf(environment, changes).templates, readMetered());
}
