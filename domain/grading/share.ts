/** A part of the submissions, in 0.01 % steps: 0 is none, 10 000 is all. */
export type Share = number;

export const shareSteps = 10_000;

/** `25%`, `0.01 %`, `100`: per cent with at most two decimals. @returns undefined for anything else. */
export function parseShare(text: string): Share | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(text.trim());
  if (!match) return undefined;
  const share = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return share <= shareSteps ? share : undefined;
}

export function formatShare(share: Share): string {
  return `${share / 100} %`;
}
