import { html as escaping } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { cleanLines } from '../../platform/terminal/clean-text.js';

/** Made by `html` alone: what is in it has been escaped. */
export type Html = HtmlEscapedString;

/** Nothing else may stand in a template, so nobody prints `[object Object]`, or waits for a promise. */
export type Piece = string | number | Html | undefined | false | readonly Piece[];

/**
 * A template of which every text is escaped, in elements and in quoted attributes. Sources, outputs and titles are other
 * people's: a character that would turn the direction of writing, or that nobody sees, is shown as JSON writes it.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  // It gives a promise only for promises, which `Piece` excludes.
  return escaping(strings, ...pieces.map(shown)) as Html;
}

function shown(piece: Piece): Piece {
  if (typeof piece === 'string') return cleanLines(piece);
  return isList(piece) ? piece.map(shown) : piece;
}

function isList(piece: Piece): piece is readonly Piece[] {
  return Array.isArray(piece);
}
