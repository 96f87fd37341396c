export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** For programs; the names are stable. */
export function printJson(value: unknown): void {
  say(JSON.stringify(value, undefined, 2));
}
