import { shareSteps } from '../../domain/grading/share.js';
import { optional, required } from './setting.js';
import { choice, duration, filePath, flag, shareOfAll, wholeNumber } from './value-parsers.js';

/** How a submission is graded. */
export const grading = {
  defaultTimeLimitMs: required('DEFAULT_TIME_LIMIT', wholeNumber(1, 600_000), {
    group: 'Existing platform',
    description: 'Time limit of a problem that has none.',
    unit: 'ms',
    default: '1000',
  }),
  defaultMemoryLimitKb: required('DEFAULT_MEMORY_LIMIT', wholeNumber(1_024, 67_108_864), {
    group: 'Existing platform',
    description: 'Memory limit of a problem that has none.',
    unit: 'KB',
    default: '256000',
  }),
  gradingProfile: required('GRADING_PROFILE', choice(['python', 'go', 'strict']), {
    group: 'Grading',
    description: 'Rules of grading: those of the Python worker, of the Go worker, or strict.',
    unit: '',
    default: 'python',
  }),
  gradingDeadlineMs: required('GRADING_DEADLINE', duration(1_000), {
    group: 'Grading',
    description:
      'After this long on broken infrastructure a submission gets System Error; it can be replayed.',
    unit: '',
    default: '30m',
  }),
  outputReceivedLimitBytes: required('OUTPUT_RECEIVED_LIMIT', wholeNumber(0, 1_048_576), {
    group: 'Grading',
    description: 'Stored output of a test is cut here; the verdict uses all of it.',
    unit: 'bytes',
    default: '65536',
  }),
  resultLimitBytes: required('RESULT_LIMIT', wholeNumber(65_536, 33_554_432), {
    group: 'Grading',
    description: 'Bound of all outputs and messages of a submission, as JSON; the longest are cut evenly.',
    unit: 'bytes',
    default: '8388608',
  }),
  localTests: required('LOCAL_TESTS', flag(), {
    group: 'Grading',
    description:
      'Run short tests within the workflow task, on the host of the container: one event each. off: each is an activity of its own.',
    unit: '',
    default: 'on',
  }),
  recordResult: required('RECORD_RESULT', choice(['auto', 'always', 'never']), {
    group: 'Grading',
    description:
      'Write the verdict to the database, too: where permitted, always (a refusal is an error), or never.',
    unit: '',
    default: 'auto',
  }),
};

/** How submissions are graded again. */
export const rejudge = {
  rejudgeParallel: required('REJUDGE_PARALLEL', wholeNumber(1, 256), {
    group: 'Grading',
    description:
      'Gradings of one rejudging at a time; below the containers of all hosts, live submissions find one free.',
    unit: 'gradings',
    default: '4',
  }),
  rejudgeRunLength: required('REJUDGE_RUN_LENGTH', wholeNumber(1, 500), {
    group: 'Grading',
    description: 'Submissions after which a rejudging continues as a new run, to keep its history short.',
    unit: 'submissions',
    default: '100',
  }),
};

/** What the legacy worker has graded, graded here too and compared. */
export const parity = {
  shadowShare: required('SHADOW_SHARE', shareOfAll(), {
    group: 'Grading',
    description:
      "Share of the legacy worker's gradings to shadow continuously (docs/parity.md). The same on every worker.",
    unit: '',
    default: '0%',
  }),
  shadowParallel: required('SHADOW_PARALLEL', wholeNumber(1, 256), {
    group: 'Grading',
    description: 'Shadow gradings of one set at a time.',
    unit: 'gradings',
    default: '2',
  }),
  parityRules: optional('PARITY_RULES', filePath(), {
    group: 'Grading',
    description: 'YAML file of tolerances and accepted differences. Default: the built-in ones.',
    unit: '',
    example: 'docs/parity-rules.yaml',
  }),
  parityNoise: optional(
    'PARITY_NOISE',
    shareOfAll().transform((share) => share / shareSteps),
    {
      group: 'Grading',
      description:
        'How often the legacy worker disagrees with itself; the cutover gate subtracts it. Default: as measured (docs/parity.md).',
      unit: '',
      example: '0.5%',
    },
  ),
};
