import type { StackPlaces } from '../../devstack/stack/grading-stack.js';
import type { FaultyBackend } from './faulty-backend.js';
import type { Members } from './members.js';
import type { Networks } from './networks.js';
import type { Operator } from './operator.js';
import type { ChaosServices } from './services.js';

export const faultFamilies = [
  'process',
  'service',
  'network',
  'temporal',
  'database',
  'backend',
  'broker',
  'disk',
  'clock',
] as const;
export type FaultFamily = (typeof faultFamilies)[number];

/** One way to fail. A family stands in one file under faults/. */
export interface FaultKind {
  /** As schedule and tables name it. */
  readonly kind: string;
  readonly family: FaultFamily;
  /** What it takes away: never hit by two faults at once. */
  readonly target: string;
  /** How long it lasts at least and at most; a run may cut it. */
  readonly lastsMs: readonly [number, number];
  /** Variants; the seed draws one. */
  readonly hows?: readonly [string, ...string[]];
  /** What this machine must allow. */
  readonly needs?: keyof Abilities;
  /** Messages are what it takes away, so those count as met and not only gradings. */
  readonly meetsMessages?: boolean;
  /** Where a setting makes the return take longer than a minute. */
  readonly slowBy?: { readonly withinMs: number; readonly setting: string };
  inject(world: World, how: string): Promise<Mend>;
  /** What an operator has to do afterwards; the fault has ended before. */
  aftermath?(world: World): Promise<void>;
}

/** Ends the fault. */
export type Mend = () => Promise<void> | void;

/** What the machine allows; a kind that needs more is left out, and the run says so. */
export interface Abilities {
  readonly 'an engine of its own': boolean;
  readonly 'root, to mount': boolean;
  readonly libfaketime: boolean;
}

/** All that can be harmed. */
export interface World {
  readonly places: StackPlaces;
  readonly services: ChaosServices;
  readonly members: Members;
  readonly backend: FaultyBackend;
  readonly networks: Networks;
  readonly operator: Operator;
  /** Of our processes: not the owner of the tables. */
  readonly databaseRole: string;
  readonly containers: () => Promise<readonly string[]>;
}
