import type { Page } from 'puppeteer-core';
import { expect } from 'vitest';

/** Uses the console as a person does: by address, by what a button says, and by what can be read. */
export interface PageDriver {
  readonly go: (path: string) => Promise<string>;
  readonly reload: () => Promise<string>;
  readonly text: () => Promise<string>;
  /** Fills in the form whose button says so, and sends it. @returns what the next page says. */
  readonly send: (button: string, fields: Readonly<Record<string, string>>) => Promise<string>;
}

export function drive(page: Page, at: string): PageDriver {
  const text = async () => (await page.evaluate('document.body.innerText')) as string;
  return {
    text,
    async go(path) {
      await page.goto(`${at}${path}`, { waitUntil: 'load' });
      return text();
    },
    async reload() {
      await page.reload({ waitUntil: 'load' });
      return text();
    },
    async send(button, fields) {
      const filled = await page.evaluate(
        `(() => {
          const button = [...document.querySelectorAll('main button')].find((each) => each.textContent.trim() === ${JSON.stringify(button)});
          for (const [name, value] of Object.entries(${JSON.stringify(fields)})) button.form.elements.namedItem(name).value = value;
          button.dataset.test = 'send';
          return button.textContent;
        })()`,
      );
      expect(filled).toContain(button);
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('[data-test=send]')]);
      return text();
    },
  };
}
