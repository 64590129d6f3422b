import { beforeAll, describe, expect, it } from 'vitest';
import { synthesiseStack } from '../../../simulate/aws/stack.ts';
import { bundleAll } from '../../../simulate/code/codes.ts';
import { deployCase } from '../../../simulate/scenarios/recovery/deploy.ts';
import type { Ground } from '../../../simulate/scenarios/recovery/ground.ts';
import { waitingCase } from '../../../simulate/scenarios/recovery/waiting.ts';
import { FOLDERS } from '../../../simulate/world/world.ts';

let ground: Ground;

beforeAll(async () => {
  const code = await bundleAll(FOLDERS);
  ground = { seed: 'test', stack: synthesiseStack(), code, isQuick: true, say: () => {} };
}, 120_000);

describe('a recovery', () => {
  it('of an endpoint delivers all that waited, and no one else notices', async () => {
    const { result } = await waitingCase(ground, 500);
    expect(result).toMatchObject({ kind: 'waiting', lost: 0 });
    expect(Math.max(...result.series.waiting)).toBeGreaterThan(450);
    // The breaker's probes come every 15 minutes at most.
    expect(result.doneSeconds).toBeLessThan(1000);
    expect(result.others.since.p99).toBeLessThan(2 * result.others.before.p99);
  }, 240_000);

  it('from a deployment loses nothing, and the same seed has the same history', async () => {
    const runs = [await deployCase(ground, 1, 'HEAD'), await deployCase(ground, 1, 'HEAD')];
    expect(runs[0]!.result).toMatchObject({ kind: 'deploy', lost: 0 });
    expect(runs[0]!.figures).toMatchObject({ quarantined: 0, deadLetters: 0 });
    expect(runs[0]!.figures.digest).toBe(runs[1]!.figures.digest);
  }, 240_000);
});
