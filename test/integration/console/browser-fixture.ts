import axe from 'axe-core';
import type { Browser, Page } from 'puppeteer-core';
import puppeteer from 'puppeteer-core';

const patienceMs = 90_000;

/** A desk and a phone, by day and by night. */
export const looks = [1440, 375].flatMap((width) =>
  (['light', 'dark'] as const).map((colours) => ({ width, colours })),
);

export function openBrowser(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: process.env.GRADER_TEST_BROWSER ?? '/usr/bin/chromium',
    timeout: patienceMs,
    protocolTimeout: patienceMs,
    // Root has no sandbox in containers, where these tests run; what is shown is ours.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-extensions'],
  });
}

/** A page that collects what the browser complains about: a refusal by the policy, a failed script, a file that is not there. */
export async function openPage(browser: Browser, complaints: string[]): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(patienceMs);
  page.on('console', (message) => {
    // An answer that is an error by design is told by the test itself.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a script of a submission ran: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return page;
}

/** What keeps people with disabilities out, as axe finds it. By the debugger, which the page's policy does not bind. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 160)).join(" | ")))',
  )) as string[];
  return found;
}

/** Whether somebody has to scroll sideways to read the page. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > window.innerWidth') as Promise<boolean>;
}
