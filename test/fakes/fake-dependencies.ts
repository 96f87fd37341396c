import { createHash } from 'node:crypto';
import type {
  ActivityDependencies,
  LeasedContainer,
  LoadedSubmission,
  OutputStore,
  TestCaseData,
} from '../../activities/dependencies.js';
import type { ExecutionOutcome, ExecutionRequest } from '../../domain/judging/execution.js';
import type { GradingResult } from '../../domain/judging/submission.js';
import { LeaseLostError } from '../../sandbox/errors.js';
import { outcome } from './execution-outcomes.js';

export interface FakePlatform {
  readonly deps: ActivityDependencies;
  readonly submissions: Map<number, LoadedSubmission>;
  readonly tests: Map<number, TestCaseData>;
  readonly files: Map<string, string>;
  readonly requests: ExecutionRequest[];
  readonly recorded: GradingResult[];
  readonly posted: GradingResult[];
  readonly outputs: Map<string, string>;
  /** In the cache of compiled programs. */
  readonly lookUps: ('hit' | 'miss')[];
  readonly leases: Set<string>;
  source: string;
  execute: (request: ExecutionRequest, signal: AbortSignal) => Promise<ExecutionOutcome>;
  recordOutcome: 'recorded' | 'not-permitted' | 'not-found';
  postOutcome: 'accepted' | 'not-found';
  asStored: (result: GradingResult) => GradingResult;
}

/** Of a submission of two tests, with no limits of its own. */
export const facts: LoadedSubmission = {
  submissionId: 5,
  problemId: 7,
  problemTitle: 'Two Sum',
  classId: 3,
  language: 'cpp',
  gradingMode: 'stdio',
  functionSignature: null,
  isTest: false,
  timeLimitMs: null,
  memoryLimitKb: null,
  languageLimits: null,
  testCaseIds: [401, 402],
};

/** The outside world of the activities, in memory. */
export function fakePlatform(settings: Partial<ActivityDependencies['settings']> = {}): FakePlatform {
  const outputs = new Map<string, string>();
  const leases = new Set<string>();
  const claimedLocally = new Set<string>();
  const compiled = new Map<string, Uint8Array>();
  const container: Omit<LeasedContainer, 'claimLocalRun'> = {
    image: 'fake',
    writeFile: async (name, content) => {
      platform.files.set(name, new TextDecoder().decode(content));
    },
    execute: (request, signal) => {
      platform.requests.push(request);
      return platform.execute(request, signal);
    },
  };
  const deps: ActivityDependencies = {
    store: {
      loadPlan: async (id) => platform.submissions.get(id),
      loadSource: async () => platform.source,
      loadTestCase: async (id) => platform.tests.get(id),
      loadTestInputs: async (ids) => ids.flatMap((id) => platform.tests.get(id) ?? []),
      asStored: async (result) => platform.asStored(result),
      recordResult: async (_id, result) => {
        platform.recorded.push(result);
        return platform.recordOutcome;
      },
    },
    backend: {
      postResult: async (_id, result) => {
        platform.posted.push(result);
        return platform.postOutcome;
      },
    },
    pool: {
      hostQueue: 'grading-host-fake',
      acquire: async () => {
        const leaseId = `lease-${leases.size + 1}`;
        leases.add(leaseId);
        return { leaseId, containerId: 'c1' };
      },
      container: (leaseId) => {
        if (!leases.has(leaseId)) throw new LeaseLostError(`Lease ${leaseId} has ended.`);
        const claimLocalRun = (ids: readonly number[]) => {
          const claimed = ids.map((id) => `${leaseId} ${id}`);
          const areFree = claimed.every((claim) => !claimedLocally.has(claim));
          for (const claim of claimed) claimedLocally.add(claim);
          return areFree;
        };
        return { ...container, claimLocalRun };
      },
      release: async (leaseId) => {
        leases.delete(leaseId);
      },
    },
    outputs: memoryOutputStore(outputs),
    compiled: {
      maxBytes: Number.POSITIVE_INFINITY,
      get: (key) => compiled.get(key),
      put: (key, archive) => void compiled.set(key, archive),
      forget: (key) => void compiled.delete(key),
      lookedUp: (result) => void platform.lookUps.push(result),
    },
    settings: {
      profile: 'python',
      defaultLimits: { timeLimitMs: 1000, memoryLimitKb: 256_000 },
      outputReceivedLimitBytes: 64 * 1024,
      resultLimitBytes: 8 * 1024 * 1024,
      gradingDeadlineMs: 30 * 60_000,
      recordResult: 'auto',
      localTests: true,
      searchAttributes: [],
      ...settings,
    },
    stalls: { lastEnd: () => undefined, lastShortEnd: () => undefined, close: () => undefined },
  };
  const platform: FakePlatform = {
    deps,
    submissions: new Map(),
    tests: new Map(),
    files: new Map(),
    requests: [],
    recorded: [],
    posted: [],
    outputs,
    lookUps: [],
    leases,
    source: 'int main() {}',
    execute: async () => outcome('8\n'),
    recordOutcome: 'recorded',
    postOutcome: 'accepted',
    asStored: (result) => result,
  };
  return platform;
}

function memoryOutputStore(outputs: Map<string, string>): OutputStore {
  return {
    put: async (text) => {
      const sha256 = createHash('sha256').update(text).digest('hex');
      outputs.set(sha256, text);
      return { sha256, bytes: Buffer.byteLength(text), preview: text.slice(0, 10) };
    },
    get: async (sha256) => outputs.get(sha256),
  };
}
