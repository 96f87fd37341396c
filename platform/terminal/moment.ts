/** For a table: with its zone, and a space, at which a narrow column breaks. */
export function momentText(at: Date | string): string {
  const iso = typeof at === 'string' ? at : at.toISOString();
  return iso === '' ? '–' : `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}
