import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunnerFailedError } from './errors.js';
import { decodeOutcome, encodeRun } from './runner-messages.js';

const limits = {
  timeMs: 1000.4,
  wallMs: 3000,
  memoryKb: 1,
  stdoutBytes: 5,
  stderrBytes: 6,
  fileBytes: 2 ** 33,
  processes: 7,
  cpuSeconds: 30,
};

describe('encodeRun', () => {
  it('lays a request out as the runner reads it', () => {
    const bytes = Buffer.concat(
      encodeRun({
        argv: ['./main', 'ä'],
        stdin: Buffer.from('in'),
        limits,
        freshTmp: true,
        sealWorkArea: true,
        namesStreams: true,
      }),
    );
    expect(bytes.toString('hex')).toBe(
      [
        '000003e8',
        '00000bb8',
        '00000005',
        '00000006',
        '0000000200000000',
        '00000007',
        '0000001e',
        '07',
        '0000000a',
        '00000002',
        Buffer.from('./main\0ä\0').toString('hex'),
        Buffer.from('in').toString('hex'),
      ].join(''),
    );
  });

  it.each([{ argv: [] }, { argv: ['a\0b'] }])('refuses %j', ({ argv }) => {
    expect(() => encodeRun({ argv, stdin: new Uint8Array(), limits })).toThrow(RangeError);
  });
});

describe('decodeOutcome', () => {
  it('reads a literal outcome', () => {
    const bytes = Buffer.concat([
      Buffer.from('0301ffffffff00000009', 'hex'),
      Buffer.from('00000000000007d0' + '00000000000003e8' + '00000000000001f4' + '00000000000005dc', 'hex'),
      Buffer.from('0000000000000d48' + '0000000000001000' + '00000002' + '00000001', 'hex'),
      Buffer.from('oke'),
    ]);
    expect(decodeOutcome(bytes)).toEqual({
      aborted: false,
      starved: false,
      processesRefused: false,
      fileBytes: 4096,
      outcome: {
        end: 'time-limit',
        exitCode: null,
        signal: 9,
        wallMs: 2,
        cpuMs: 1,
        waitMs: 0.5,
        judgedMs: 1.5,
        peakMemoryKb: 3400,
        stdout: Buffer.from('ok'),
        stderr: Buffer.from('e'),
        stderrTruncated: true,
      },
    });
  });

  it('reads or fails as the runner failing, whatever stands where numbers should', () => {
    const header = fc.uint8Array({ minLength: 58, maxLength: 58 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8 }),
        header,
        fc.uint8Array({ maxLength: 40 }),
        (end, head, rest) => {
          // Lengths that add up, so that the numbers before them are looked at.
          const lengths = Buffer.alloc(8);
          lengths.writeUInt32BE(rest.length, 0);
          const bytes = Buffer.concat([Buffer.from([end]), head.subarray(1), lengths, rest]);
          if (end >= 1 && end <= 7) {
            expect(Buffer.from(decodeOutcome(bytes).outcome.stdout).equals(rest)).toBe(true);
          } else {
            expect(() => decodeOutcome(bytes)).toThrow(RunnerFailedError);
          }
        },
      ),
    );
  });

  it('fails on anything malformed, and only as the runner failing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        try {
          expect(decodeOutcome(bytes).outcome.stdout.length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RunnerFailedError);
        }
      }),
    );
  });
});
