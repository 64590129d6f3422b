import { describe, expect, it } from 'vitest';
import { bundleRelease } from '../../../simulate/code/release.ts';

describe('a release', () => {
  it('that git does not know is refused', async () => {
    await expect(bundleRelease(['ingest'], 'no-such-commit')).rejects.toThrow('no-such-commit');
  });
});
