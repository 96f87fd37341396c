import type { BackendClient } from '../activities/dependencies.js';
import { BackendError } from '../platform/backend/backend-error.js';
import type { Counter } from '../platform/process/metrics/registry.js';

/** Counts how each POST ended. */
export function countedBackend(backend: BackendClient, posts: Counter<'result'>): BackendClient {
  return {
    async postResult(...call) {
      try {
        const answer = await backend.postResult(...call);
        posts.add({ result: answer === 'accepted' ? 'accepted' : 'not_found' });
        return answer;
      } catch (error) {
        posts.add({ result: error instanceof BackendError ? results[error.type] : 'not_sent' });
        throw error;
      }
    },
  };
}

const results = {
  BackendUnreachable: 'unreachable',
  BackendUnavailable: 'unavailable',
  BackendRejectedResult: 'rejected',
  BackendWrongAddress: 'wrong_address',
} as const;
