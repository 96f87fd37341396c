import { CancellationScope, sleep } from '@temporalio/workflow';

/**
 * Cancels `work` after a time, as `CancellationScope.withTimeout` does and with the same commands in the same order,
 * but with a timer that says in the web UI what it is for.
 */
export function cancelAfter<Result>(
  ms: number,
  summary: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const scope = new CancellationScope({ cancellable: true });
  return scope.run(async () => {
    const timer = new CancellationScope();
    void timer
      .run(() => sleep(ms, { summary }))
      .then(
        () => scope.cancel(),
        () => undefined,
      );
    try {
      return await work();
    } finally {
      if (!timer.consideredCancelled) timer.cancel();
    }
  });
}
