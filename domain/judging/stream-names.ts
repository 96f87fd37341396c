/**
 * Whether a program may open its input or output by a name in its folder, as templates of contests do
 * (`freopen("input.txt", "r", stdin)`): the legacy workers run it with its input in `input.txt` and its output going to
 * `output.txt`. Others find nothing in their folder but themselves.
 */
export function opensStreamsByName(source: string): boolean {
  return /\b(?:input|output)\.txt\b/.test(source);
}
