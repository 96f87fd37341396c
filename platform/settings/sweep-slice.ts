import { sweepModes } from '../../domain/grading/sweep-report.js';
import { required } from './setting.js';
import { choice, duration } from './value-parsers.js';

/** The sweeper that runs by itself. */
export const sweeper = {
  sweepMode: required('SWEEP', choice(sweepModes), {
    group: 'Bridge and workers',
    description:
      'Workers look for submissions without message and grading, and for verdicts that the backend was not told: not at all, to report them (status, doctor, metrics), or to start their gradings, too.',
    unit: '',
    default: 'report',
  }),
  sweepEveryMs: required('SWEEP_EVERY', duration(10_000), {
    group: 'Bridge and workers',
    description: 'Time between two of these looks; a Temporal Schedule, `sweep`, starts them.',
    unit: '',
    default: '5m',
  }),
};
