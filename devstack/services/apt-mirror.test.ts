import { describe, expect, it } from 'vitest';
import { aptMirror } from './apt-mirror.js';
import { releaseOf } from './bootstrap-tree.js';

describe('the mirror of the bootstrap', () => {
  it('is read from the one-line form, with and without options', () => {
    const source = `# deb http://old.example/debian bookworm main
deb http://mirror.example/security bookworm-security main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib
`;
    expect(aptMirror([source], 'bookworm')).toBe('http://mirror.example/debian');
  });

  it('is read from the deb822 form, with comments inside a stanza', () => {
    const source = `Types: deb
# http://snapshot.example/archive
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /k.gpg

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main
`;
    expect(aptMirror([source], 'bookworm')).toBe('http://mirror.example/debian');
  });

  it('leaves out sources that are off, of another suite or without the main component', () => {
    const off = 'Enabled: no\nTypes: deb\nURIs: http://a.example/\nSuites: jammy\nComponents: main\n';
    const third = 'deb https://b.example/repo stable main\ndeb https://c.example/repo jammy extra\n';
    const good =
      'Types: deb deb-src\nURIs: http://d.example/ubuntu\nSuites: jammy\nComponents:\n main\n universe\n';
    expect(aptMirror([off, third], 'jammy')).toBeUndefined();
    expect(aptMirror([off, third, good], 'jammy')).toBe('http://d.example/ubuntu');
  });
});

describe('the release of the machine', () => {
  it('is known for Debian and Ubuntu only', () => {
    expect(releaseOf('NAME="x"\nID=debian\nVERSION_CODENAME=bookworm\n')).toEqual({
      id: 'debian',
      codename: 'bookworm',
    });
    expect(releaseOf('ID="ubuntu"\nVERSION_CODENAME="jammy"\n')?.codename).toBe('jammy');
    expect(releaseOf('ID=fedora\nVERSION_CODENAME=""\n')).toBeUndefined();
  });
});
