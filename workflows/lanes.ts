import { CancellationScope } from '@temporalio/workflow';

/**
 * Does `work` for each item in order, `width` at a time. The first failure ends it: what is under way is cancelled and
 * waited for (what finishes meanwhile counts), nothing new begins, and the failure is thrown. So it is with a cancellation from outside.
 */
export async function inLanes<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const queue = items.values();
    const lane = async () => {
      for (const item of queue) {
        if (scope.consideredCancelled) return;
        await work(item);
      }
    };
    const lanes = Array.from({ length: Math.min(width, items.length) }, lane);
    try {
      await Promise.all(lanes);
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(lanes);
      throw error;
    }
    // Lanes that had nothing in flight ended quietly.
    if (scope.consideredCancelled) await scope.cancelRequested;
  });
}
