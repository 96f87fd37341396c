import { describe, expect, it } from 'vitest';
import { currentOwner, isDeadOwner, noOwnerLabels, ownerFromLabels, ownerLabels } from './owner.js';

const self = currentOwner('host-a');

describe('the owner of a container', () => {
  it('is read back from its labels', () => {
    expect(ownerFromLabels(ownerLabels(self))).toEqual(self);
    expect(ownerFromLabels({ other: 'label' })).toBeUndefined();
  });

  it('is nobody for a container that has its labels from an image of ours only', () => {
    expect(ownerFromLabels(noOwnerLabels)).toBeUndefined();
    expect(Object.keys(noOwnerLabels)).toEqual(Object.keys(ownerLabels(self)));
  });

  it('is alive while its process is, also as seen by another worker', () => {
    expect(isDeadOwner(self, { ...self, hostId: 'host-b' })).toBe(false);
  });

  it('is dead when its process number is free or belongs to a later process', () => {
    expect(isDeadOwner({ ...self, pid: 4_194_305 }, self)).toBe(true);
    expect(isDeadOwner({ ...self, processStart: '1' }, self)).toBe(true);
  });

  it('is left alone where its processes cannot be seen', () => {
    expect(isDeadOwner({ ...self, hostId: 'host-b', bootId: 'other' }, self)).toBe(false);
    expect(isDeadOwner({ ...self, hostId: 'host-b', pidNamespace: 'pid:[1]', pid: 1 }, self)).toBe(false);
  });

  it('is dead when it was an earlier life of this host', () => {
    expect(isDeadOwner({ ...self, bootId: 'earlier' }, self)).toBe(true);
    expect(isDeadOwner({ ...self, pidNamespace: 'pid:[1]' }, self)).toBe(true);
  });
});
