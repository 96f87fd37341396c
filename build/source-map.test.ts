import { decode, encode } from '@jridgewell/sourcemap-codec';
import { expect, it } from 'vitest';
import { withoutPackages } from './source-map.js';

it('keeps where our own lines are from, and of packages only where they begin', () => {
  const map = {
    version: 3,
    names: ['x'],
    sources: ['../node_modules/pg/lib/client.js', '../bridge/bridge.ts', '../node_modules/zod/index.js'],
    mappings: encode([
      [
        [0, 0, 4, 0],
        [9, 0, 5, 0],
      ],
      [
        [0, 1, 7, 2, 0],
        [12, 1, 8, 2],
        [30, 2, 1, 0],
        [40, 2, 2, 0],
      ],
    ]),
  };
  const { sources, mappings, names } = JSON.parse(withoutPackages(JSON.stringify(map)));
  expect({ sources, names }).toEqual({ sources: ['../bridge/bridge.ts'], names: [] });
  expect(decode(mappings)).toEqual([[], [[0, 0, 7, 2], [12, 0, 8, 2], [30]]]);
});
