/** One way to get something; it answers, or declines with undefined so that the next way is tried. */
export interface ServiceStrategy<Provided> {
  /** Shown in progress and kept in the state file. */
  readonly name: string;
  /** @throws ServiceError when this way was the right one and failed: no other is tried then. */
  tryProvide(): Promise<Provided | undefined>;
}

export interface Chosen<Provided> {
  readonly strategy: string;
  readonly provided: Provided;
}

/** Tries the strategies in order. @returns undefined when all decline. */
export async function firstProvided<Provided>(
  strategies: readonly ServiceStrategy<Provided>[],
): Promise<Chosen<Provided> | undefined> {
  for (const strategy of strategies) {
    const provided = await strategy.tryProvide();
    if (provided !== undefined) return { strategy: strategy.name, provided };
  }
  return undefined;
}
