import { z } from 'zod';
import { optional, required } from './setting.js';
import { choice, duration, shareOfAll, wholeNumber } from './value-parsers.js';

/** How submissions are graded, and graded again. */
export const gradingVariables = {
  GRADING_PROFILE: required(choice(['python', 'go', 'strict']), {
    group: 'Grading',
    description: 'Rules of grading: those of the Python worker, of the Go worker, or strict.',
    unit: '',
    default: 'python',
  }),
  GRADING_DEADLINE: required(duration(1_000), {
    group: 'Grading',
    description:
      'After this long on broken infrastructure a submission gets System Error and can be replayed.',
    unit: '',
    default: '30m',
  }),
  OUTPUT_RECEIVED_LIMIT: required(wholeNumber(0, 1_048_576), {
    group: 'Grading',
    description: 'Stored output of a test is cut here; the verdict is made on all of it.',
    unit: 'bytes',
    default: '65536',
  }),
  RECORD_RESULT: required(choice(['auto', 'always', 'never']), {
    group: 'Grading',
    description:
      'Write the verdict to the database before the backend is told: where permitted, always (a refusal is an error), or never.',
    unit: '',
    default: 'auto',
  }),

  REJUDGE_PARALLEL: required(wholeNumber(1, 256), {
    group: 'Grading',
    description:
      'Gradings of one rejudging under way at a time. Fewer than the containers of all hosts keep some free for live submissions.',
    unit: 'gradings',
    default: '4',
  }),
  REJUDGE_RUN_LENGTH: required(wholeNumber(1, 500), {
    group: 'Grading',
    description: 'Submissions after which a rejudging continues as a new run, which keeps its history short.',
    unit: 'submissions',
    default: '100',
  }),

  SHADOW_SHARE: required(shareOfAll(), {
    group: 'Grading',
    description:
      'Share of what the legacy worker has graded that is graded here too, compared, and told to nobody (docs/parity.md). The same on every worker.',
    unit: '',
    default: '0%',
  }),
  SHADOW_PARALLEL: required(wholeNumber(1, 256), {
    group: 'Grading',
    description: 'Shadow gradings of one set under way at a time.',
    unit: 'gradings',
    default: '2',
  }),
  PARITY_RULES: optional(z.string().min(1), {
    group: 'Grading',
    description:
      'YAML file of tolerances and of differences that are known and accepted. Default: the built-in ones.',
    unit: '',
    example: 'docs/parity-rules.yaml',
  }),
  PARITY_NOISE: optional(shareOfAll(), {
    group: 'Grading',
    description:
      'Part of the submissions on which the legacy worker disagrees with itself; not held against us by the cutover gate. Default: as measured, see docs/parity.md.',
    unit: '',
    example: '0.5%',
  }),
};
