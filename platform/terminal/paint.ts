import { randomInt } from 'node:crypto';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

const esc = '\u001b';
/** What nobody else can know: by it, print.ts tells our colours from those that a title brings along. */
const seal = Array.from({ length: 4 }, () => randomInt(1_000, 10_000)).join(';');
const plainColour = new RegExp(`${esc}\\[(\\d+)m`, 'g');
const sealedColour = new RegExp(`(${esc}\\[\\d+;${seal}m)`);

/**
 * Colours only where a person looks: standard output is a terminal, NO_COLOR is unset or empty (no-color.org) and the
 * terminal is not "dumb". What it paints has to be printed by print.ts.
 */
export const paint: Paint = (style, text) =>
  wantsColour(process.stdout, process.env)
    ? styleText(style, text, { validateStream: false }).replace(plainColour, `${esc}[$1;${seal}m`)
    : text;

/** Cleans the text between the colours of `paint`, and gives those their usual form. */
export function cleanBetweenColours(text: string, clean: (text: string) => string): string {
  return splitAtColours(text)
    .map(({ text: part, isColour }) => (isColour ? part.replace(`;${seal}`, '') : clean(part)))
    .join('');
}

/** Text and colours of `paint` in turn. */
export function splitAtColours(
  text: string,
): readonly { readonly text: string; readonly isColour: boolean }[] {
  return text.split(sealedColour).map((part, index) => ({ text: part, isColour: index % 2 === 1 }));
}

export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { NO_COLOR: noColour = '', TERM: terminal } = environment;
  return stream.isTTY === true && noColour === '' && terminal !== 'dumb';
}
