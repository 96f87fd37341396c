/**
 * The mirror from which this machine's apt takes a release: the first http(s) address whose suite is exactly the
 * release (not its security or update suites) and that has the component "main".
 * @param sources contents of apt's source files, in the one-line and in the deb822 form.
 */
export function aptMirror(sources: readonly string[], codename: string): string | undefined {
  for (const source of sources) {
    const mirror = fromLines(source, codename) ?? fromStanzas(source, codename);
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

function fromLines(source: string, codename: string): string | undefined {
  for (const line of source.split('\n')) {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(https?:\/\/\S+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match && match[2] === codename && words(match[3]).includes('main')) return match[1];
  }
  return undefined;
}

function fromStanzas(source: string, codename: string): string | undefined {
  const withoutComments = source.replace(/^#.*\n?/gm, '');
  for (const stanza of withoutComments.split(/\n\s*\n/)) {
    const field = (name: string) =>
      words(new RegExp(`^${name}:(.*(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1]);
    const isOff = field('Enabled')[0] === 'no';
    const isWanted = field('Types').includes('deb') && field('Suites').includes(codename);
    if (isOff || !isWanted || !field('Components').includes('main')) continue;
    const mirror = field('URIs').find((uri) => /^https?:/.test(uri));
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
