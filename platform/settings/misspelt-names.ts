import { slices } from './slices.js';

/** Shorter ones are near to much that others read. */
const shortestName = 8;

/** What is set and not read, though nearly named like a setting that is not set: a sentence each, for whoever wrote it. */
export function misspeltNames(env: NodeJS.ProcessEnv): readonly string[] {
  const isSet = (name: string) => (env[name]?.trim() ?? '') !== '';
  const settings = Object.values(slices).flatMap((slice) => Object.values(slice).map(({ name }) => name));
  const unset = settings.filter((name) => !isSet(name));
  return Object.keys(env)
    .filter((name) => name.length >= shortestName && isSet(name) && !settings.includes(name))
    .flatMap((name) => {
      const meant = unset.find((setting) => differInOne(letters(name), letters(setting)));
      return meant === undefined
        ? []
        : [`${name} is no setting, and is not read. ${meant} is one, and is not set.`];
    });
}

function letters(name: string): string {
  return name.toUpperCase().replace(/[_-]/g, '');
}

/** At most: one letter is missing, added or another one, or two have changed places. */
function differInOne(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  let begin = 0;
  while (begin < shorter && a[begin] === b[begin]) begin++;
  let end = 0;
  while (end < shorter - begin && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left = '', right = ''] = [a, b].map((each) => each.slice(begin, each.length - end));
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && left === `${right[1]}${right[0]}`;
}
