import { describe, expect, it } from 'vitest';
import { beginsWithPrecompiledHeader } from './precompiled-header.js';

describe('beginsWithPrecompiledHeader', () => {
  it.each([
    '#include <iostream>\nint main() {}\n',
    '#include <bits/stdc++.h>\r\nusing namespace std;\r\n',
    '\n\n  # include <iostream> // streams\n',
    '// Ann, class 4\n/* homework\n   of Monday */ \n#include <bits/stdc++.h>\n',
    '/**/#include <iostream>\n',
  ])('is true where the header is the first line of code: %j', (source) => {
    expect(beginsWithPrecompiledHeader(source)).toBe(true);
  });

  it.each([
    ['no include', 'int main() {}\n'],
    ['another header first', '#include <vector>\n#include <iostream>\n'],
    ['a macro first', '#define private public\n#include <iostream>\n'],
    ['a pragma first', '#pragma GCC optimize("O3")\n#include <bits/stdc++.h>\n'],
    ['a condition first', '#if 1\n#include <iostream>\n#endif\n'],
    ['code first', 'int x;\n#include <iostream>\n'],
    ['the include in a comment that goes on', '// x \\\n#include <iostream>\n#define A\n'],
    ['a comment that goes on behind a space', '// x \\ \n#include <iostream>\n#define A\n'],
    ['a comment that may go on by a trigraph', '// x ??/\n#include <iostream>\n#define A\n'],
    ['a comment without an end', '/* #include <iostream>\n'],
    ['an include in quotes', '#include "iostream"\n'],
    ['a spliced line', '#include <iostream> // \\\nint x;\n'],
    ['a directive written otherwise', '%:include <iostream>\n'],
    ['a comment behind it that may go on', '#include <iostream> /* \n */ int x;\n'],
    ['a byte order mark', '\ufeff#include <iostream>\n'],
    ['nothing', ''],
  ])('is false with %s', (_what, source) => {
    expect(beginsWithPrecompiledHeader(source)).toBe(false);
  });

  it('takes time in proportion to a source of nothing but comments', () => {
    const comments = '/* */ // x\n'.repeat(90_000);
    expect(beginsWithPrecompiledHeader(`${comments}#include <iostream>\n`)).toBe(true);
  });
});
