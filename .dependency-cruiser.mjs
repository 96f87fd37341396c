// The zones of docs/architecture.md as import rules: each zone lists what else of ours it may import.
const zones = {
  domain: [],
  workflows: ['domain'],
  activities: ['domain'],
  platform: ['domain'],
  sandbox: ['domain'],
  bridge: ['domain', 'platform'],
  workers: ['domain', 'platform', 'sandbox', 'activities', 'workflows'],
  cli: ['domain', 'platform', 'sandbox', 'bridge', 'activities', 'workflows', 'workers'],
  // Of cli/, what commands compute, never how they print it: see `console-renders-by-itself`.
  console: ['domain', 'platform', 'cli'],
  'reference-backend': ['platform', 'domain'],
  devstack: [
    ...['domain', 'platform', 'sandbox', 'bridge', 'activities', 'workflows', 'workers'],
    ...['cli', 'reference-backend'],
  ],
  bench: [
    ...['domain', 'platform', 'sandbox', 'bridge', 'activities', 'workflows', 'workers'],
    ...['reference-backend', 'devstack'],
  ],
  build: ['platform', 'workers'],
};
const everyZone = [...Object.keys(zones), 'test'].join('|');

// The rooms of domain/: `judging` knows none of the others, and no arrow leads back.
const rooms = {
  concurrency: [],
  errors: [],
  retry: [],
  judging: [],
  'function-mode': ['judging'],
  grading: ['judging', 'function-mode'],
  cutover: ['judging', 'grading'],
  parity: ['judging', 'grading'],
  rejudge: ['judging', 'grading'],
  criteria: ['judging', 'grading'],
};

const zoneRules = Object.entries(zones).map(([zone, allowed]) => ({
  name: `zone-${zone}`,
  comment: `${zone}/ may import only ${[zone, ...allowed].join(', ')} (types of other zones: see docs/architecture.md)`,
  severity: 'error',
  from: { path: `^${zone}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: `^(${everyZone})/`,
    pathNot: `^(${[zone, ...allowed].join('|')})/`,
    // Interfaces cross zones, code does not.
    dependencyTypesNot: ['type-only'],
  },
}));

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-domain-${room}`,
  comment: `domain/${room}/ may import only ${[room, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^domain/${room}/` },
  to: { path: '^domain/', pathNot: `^domain/(${[room, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...zoneRules,
    ...roomRules,
    {
      name: 'domain-has-rooms-only',
      comment: 'A file of domain/ stands in a room.',
      severity: 'error',
      from: {},
      to: { path: '^domain/[^/]+$' },
    },
    {
      name: 'domain-does-no-io',
      // The hashes are arithmetic alone: no I/O, no clock and no dependencies, so they also run in a workflow's sandbox.
      comment: 'domain/ is pure: no node built-ins, and no package but @noble/hashes.',
      severity: 'error',
      from: { path: '^domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'], pathNot: '^node_modules/@noble/hashes/' },
    },
    {
      name: 'workflows-stay-deterministic',
      comment: 'workflows/ may import @temporalio/workflow and @temporalio/common only.',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '\\.test\\.ts$' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev'],
        pathNot: 'node_modules/@temporalio/(workflow|common)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'domain-and-bridge-know-no-types-of-others',
      severity: 'error',
      from: { path: '^domain/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(?!domain/)[^/]+/', dependencyTypes: ['local'] },
    },
    {
      name: 'console-renders-by-itself',
      comment: 'console/ may import the functions behind the commands, not the commands or what they print.',
      severity: 'error',
      from: { path: '^console/' },
      to: { path: '^cli/(commands/|completion/|program|main|examples|option-values|.*/render-)' },
    },
    {
      name: 'no-tests-in-production-code',
      severity: 'error',
      from: { pathNot: '^test/|\\.test\\.ts$|vitest\\.config\\.ts$' },
      to: { path: '^test/|\\.test\\.ts$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
    exclude: { path: '^(dist|\\.local)/' },
  },
};
