import type { ActivityDependencies } from './dependencies.js';

export interface ReleaseContainerInput {
  readonly leaseId: string;
  /** Given where it runs within a workflow task, which may be on any host: nothing is done on another one. */
  readonly onlyOnHost?: string;
}

export interface ReleaseContainerOutput {
  readonly elsewhere: boolean;
}

/** Step 5. Releasing twice, or what is gone already, is harmless. */
export function releaseContainer({ pool }: ActivityDependencies) {
  return async ({ leaseId, onlyOnHost }: ReleaseContainerInput): Promise<ReleaseContainerOutput> => {
    if (onlyOnHost !== undefined && onlyOnHost !== pool.hostQueue) return { elsewhere: true };
    await pool.release(leaseId);
    return { elsewhere: false };
  };
}
