import { describe, expect, test } from 'vitest';
import { isSamePlatform } from './platform-identity.js';

const platform = { system: '7712582212123771031', database: '16384', schema: 'public' };

describe('two processes work for the same platform', () => {
  test.each([
    ['where all that is known is the same', platform],
    ['where one may not read the system identifier', { ...platform, system: undefined }],
    ['where one does not find the tables', { ...platform, schema: '' }],
  ])('%s', (_what, other) => {
    expect(isSamePlatform(platform, other)).toBe(true);
    expect(isSamePlatform(other, platform)).toBe(true);
  });

  test.each([
    ['another cluster, whose database has the same number', { ...platform, system: '7712582212123771032' }],
    ['another database of the cluster', { ...platform, database: '16385' }],
    ['another schema of the database', { ...platform, schema: 'staging' }],
  ])('but not with %s', (_what, other) => {
    expect(isSamePlatform(platform, other)).toBe(false);
    expect(isSamePlatform(other, platform)).toBe(false);
  });
});
