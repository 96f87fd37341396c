/** The container runs one program after the other: the others of a wave are ready when it is their turn. */
export const shortTestsAtATime = 4;

/** Up to this many tests, each has a row of its own in the web UI; of more, several share one. */
const rowsOfTheirOwn = 10;
const testsARow = 8;

/** How long tests may take, ms, and still run within a workflow task: what ran in one that does not end is run again. */
export const shortTestsBudget: ShortTestsBudget = { oneMs: 250, allMs: 2_000 };

interface ShortTestsBudget {
  readonly oneMs: number;
  readonly allMs: number;
}

type Batch = readonly number[];

/** The tests that are local activities together. The first is alone, as it shows whether the others are short. */
export function shortTestRows(testCaseIds: readonly number[]): readonly Batch[] {
  if (testCaseIds.length <= rowsOfTheirOwn) return testCaseIds.map((id) => [id]);
  const rows: Batch[] = [testCaseIds.slice(0, 1)];
  for (let start = 1; start < testCaseIds.length; start += testsARow) {
    rows.push(testCaseIds.slice(start, start + testsARow));
  }
  return rows;
}

/** Hands out the tests of a submission for as long as they show to be short, and then what is left. */
export class ShortTests {
  readonly #batches: readonly Batch[];
  readonly #budget: ShortTestsBudget;
  readonly #done = new Set<Batch>();
  #usedMs = 0;
  #areShort = true;

  constructor(batches: readonly Batch[], budget: ShortTestsBudget) {
    this.#batches = batches;
    this.#budget = budget;
  }

  /**
   * In waves. What a wave showed counts for the next one, in whatever order its tests ended: a replay has another. The
   * first test is alone: it shows whether the container is here, and whether the program is quick.
   */
  *whileShort(): Generator<readonly Batch[]> {
    for (let start = 0, end = 1; this.#areShort && start < this.#batches.length; ) {
      yield this.#batches.slice(start, end);
      start = end;
      end += shortTestsAtATime;
    }
  }

  /** @param tookMs undefined where it did not run to its end: it is handed out again. */
  ran(batch: Batch, tookMs: number | undefined): void {
    if (tookMs === undefined) {
      this.#areShort = false;
      return;
    }
    this.#done.add(batch);
    this.#usedMs += tookMs;
    if (tookMs > this.#budget.oneMs * batch.length || this.#usedMs > this.#budget.allMs)
      this.#areShort = false;
  }

  rest(): readonly Batch[] {
    return this.#batches.filter((batch) => !this.#done.has(batch));
  }
}
