import { InvalidArgumentError } from 'commander';

/** What `--runs` and the like take. @throws InvalidArgumentError */
export function count(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('A whole number above 0 is needed.');
}
