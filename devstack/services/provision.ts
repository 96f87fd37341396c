import type { Settings } from '../../platform/settings/settings.js';
import type { Checkout } from './checkout.js';
import type { PackageInstaller } from './packages.js';
import type { Progress } from './progress.js';
import type { StateFile } from './state.js';
import type { ServiceStrategy } from './strategy.js';

/** What every service needs to provide itself. */
export interface Provision {
  readonly checkout: Checkout;
  /** The caller's environment completed by `.env`. */
  readonly environment: NodeJS.ProcessEnv;
  readonly settings: Settings;
  readonly state: StateFile;
  readonly packages: PackageInstaller;
  readonly progress: Progress;
}

/** Completes "This needs root: …". */
export interface RootNeed {
  readonly what: string;
  /** How to do without. */
  readonly remedy: string;
}

export type ServiceName = 'docker' | 'image' | 'rabbitmq' | 'postgres' | 'temporal';

/** A service: what it lacks, so that one apt run serves all, and the ways to provide it, in order. */
export interface Service<Provided> {
  readonly name: ServiceName;
  missingPackages(provision: Provision): Promise<readonly string[]>;
  strategies(provision: Provision): readonly ServiceStrategy<Provided>[];
  /** Why root's rights will be needed, where they are; asked before anything is started. */
  needsRoot?(provision: Provision): Promise<RootNeed | undefined>;
}

/** Whether an address was set by hand: then it is used, and nothing private takes its place. */
export function isConfigured(provision: Provision, ...variables: readonly string[]): boolean {
  return variables.some((variable) => (provision.environment[variable] ?? '').trim() !== '');
}
