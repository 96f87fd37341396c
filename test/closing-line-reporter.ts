import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with the one line that CI reads: `N passed, N failed`. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    let skipped = 0;
    for (const module of modules) {
      let hasFailedTest = false;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed') passed += 1;
        else if (state === 'failed') {
          failed += 1;
          hasFailedTest = true;
        } else skipped += 1;
      }
      // A file that cannot be loaded, or whose hooks fail, has no failed test of its own.
      if (!hasFailedTest && module.state() === 'failed') failed += 1;
    }
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    // After vitest's own summary, which is printed in the same tick.
    process.on('exit', () => process.stdout.write(`${passed} passed, ${failed} failed${tail}\n`));
  }
}
