import { expect, test } from 'vitest';
import { quarantinedProperties } from './quarantine.js';

test('properties are kept, except those that would act on the broker', () => {
  const properties = {
    contentType: 'application/json',
    contentEncoding: undefined,
    headers: { team: 'a', CC: ['elsewhere'], BCC: ['elsewhere'] },
    deliveryMode: 1,
    priority: 3,
    correlationId: 'c-1',
    replyTo: undefined,
    expiration: '60000',
    messageId: 'm-1',
    timestamp: 12,
    type: undefined,
    userId: 'publisher',
    appId: undefined,
    clusterId: undefined,
  };
  expect(quarantinedProperties({ properties }, { 'x-quarantine-reason': 'not-json' })).toEqual({
    contentType: 'application/json',
    priority: 3,
    correlationId: 'c-1',
    messageId: 'm-1',
    timestamp: 12,
    headers: {
      team: 'a',
      'x-original-cc': ['elsewhere'],
      'x-original-bcc': ['elsewhere'],
      'x-quarantine-reason': 'not-json',
      'x-original-expiration': '60000',
      'x-original-user-id': 'publisher',
    },
  });
});
