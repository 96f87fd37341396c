import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/**
 * Colours only where a person looks: standard output is a terminal, NO_COLOR is unset or empty (no-color.org) and the
 * terminal is not "dumb".
 */
export const paint: Paint = (style, text) =>
  wantsColour(process.stdout, process.env) ? styleText(style, text, { validateStream: false }) : text;

export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { NO_COLOR: noColour = '', TERM: terminal } = environment;
  return stream.isTTY === true && noColour === '' && terminal !== 'dumb';
}
