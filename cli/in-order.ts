/** Maps with at most `atATime` items at a time; results keep the order of the items. Throws the first rejection. */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  atATime: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await map(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, lane));
  return results;
}
