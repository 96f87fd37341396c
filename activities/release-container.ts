import type { ActivityDependencies } from './dependencies.js';

export interface ReleaseContainerInput {
  readonly leaseId: string;
}

/** Step 5. Releasing twice, or what is gone already, is harmless. */
export function releaseContainer({ pool }: ActivityDependencies) {
  return async ({ leaseId }: ReleaseContainerInput): Promise<void> => {
    await pool.release(leaseId);
  };
}
