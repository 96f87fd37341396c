import type { DoctorWorld, Settings } from './doctor-world.js';

/** Check, what is wrong, how it is made so, and the state and line that the doctor must come to. */
export type Fault = readonly [
  check: string,
  fault: string,
  make: (world: DoctorWorld) => Settings | Promise<Settings>,
  state: 'warning' | 'failed',
  seen: RegExp,
  remedy: RegExp,
];
