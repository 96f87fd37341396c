import { describe, expect, test } from 'vitest';
import { bridgeReport } from '../../test/fakes/bridge-report.js';
import { parseBridgeReport } from './bridge-report-schema.js';

const body = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('what a bridge answers', () => {
  test.each([
    ['that is well', bridgeReport()],
    ['in trouble', bridgeReport({ state: 'waiting', isHealthy: false, unavailableReason: 'down' })],
    ['that fails open', bridgeReport({ failOpenMs: 12.5 })],
    [
      'that nobody has told anything',
      bridgeReport({ control: { version: 0, mode: 'off', share: 0, salt: '' } }),
    ],
  ])('is read of a bridge %s', (_how, report) => {
    expect(parseBridgeReport(body(report))).toEqual(report);
  });

  test('may say more than we know', () => {
    const report = bridgeReport();
    const newer = { ...report, zone: 'b', control: { ...report.control, colour: 'blue' } };
    expect(parseBridgeReport(body(newer))).toEqual(report);
  });

  test.each([
    ['a state we do not know', { state: 'resting' }, 'state'],
    [
      'a mode we do not know',
      { control: { version: 1, mode: 'mirror', share: 0, salt: 's' } },
      'control.mode',
    ],
    ['a count that is none', { started: 'many' }, 'started'],
    ['a count that is left out', { forwarded: undefined }, 'forwarded'],
    ['no word on its health', { isHealthy: undefined }, 'isHealthy'],
  ])('cannot be read with %s, and says where', (_what, changes, where) => {
    expect(parseBridgeReport(body({ ...bridgeReport({ id: 'b' }), ...changes }))).toEqual({
      id: 'b',
      why: expect.stringMatching(new RegExp(`^${where}: `)),
    });
  });

  test.each([['no JSON {'], ['null'], ['[]'], ['17'], ['{"id": 7}']])(
    'of no name is unreadable: %s',
    (text) => {
      expect(parseBridgeReport(Buffer.from(text))).toEqual({
        id: 'a bridge without a name',
        why: expect.any(String),
      });
    },
  );
});
