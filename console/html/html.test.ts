import { expect, test } from 'vitest';
import { html } from './html.js';

test.each([
  ['HTML', '<b onclick="x()">&\'', '&lt;b onclick=&quot;x()&quot;&gt;&amp;&#39;'],
  ['a script', '</pre><script>alert(1)</script>', '&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['a terminal’s escape', '\u001b[31mred', '\\u001b[31mred'],
  ['a turned direction', 'abc\u202edef', 'abc\\u202edef'],
  ['what nobody sees', 'a\u200bb\u0000c', 'a\\u200bb\\u0000c'],
  ['lines', 'a\r\nb\tc', 'a\nb    c'],
])('%s is shown as text, in elements and attributes, alone and in a list', (_what, text, shown) => {
  expect(html`<p title="${text}">${text}${[text, [text]]}</p>`.toString()).toBe(
    `<p title="${shown}">${shown}${shown}${shown}</p>`,
  );
});

test('a template within a template is not escaped again; nothing is printed for what is absent', () => {
  const inner = html`<b>${'<'}</b>`;
  expect(html`<p>${inner}${[inner, undefined, false, 7]}${undefined}${false}</p>`.toString()).toBe(
    '<p><b>&lt;</b><b>&lt;</b>7</p>',
  );
});
