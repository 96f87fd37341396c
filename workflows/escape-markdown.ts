/** Text for one line or cell of the web UI's Markdown: titles and reasons are other people's. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_|[\]<>#\n\r]/g, (character) => (/\s/.test(character) ? ' ' : `\\${character}`));
}
