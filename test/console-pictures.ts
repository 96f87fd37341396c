import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { projectRoot } from '../devstack/project-root.js';
import { openBrowser, openPage } from './integration/console/browser-fixture.js';

/*
 * Takes the README's pictures of the console anew. Beside a running `./grader demo`, with the address and the token that it prints:
 *
 *     npm run console-pictures http://127.0.0.1:8090 TOKEN
 */
const [address = '', token = ''] = process.argv.slice(2);
const maxBytes = 120_000;
const width = 1100;
const height = 780;

const browser = await openBrowser();
try {
  const page = await openPage(browser, []);
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
  await page.goto(`${address}/login`);
  await page.type('[name=name]', 'alice');
  await page.type('[name=token]', token);
  await press(page, 'Sign in');

  await take(page, '/', 'console-overview');
  await page.goto(`${address}/submissions?status=Wrong+Answer`);
  const wrong = await page.$eval('tbody a', (link) => link.getAttribute('href'));
  // Down to what differs.
  await take(page, wrong ?? '/', 'console-submission', 1_000);

  await page.goto(`${address}/cutover`);
  await press(page, 'Check it');
  await page.type('[name=why]', 'change 4711');
  // Nobody reads the legacy workers' queue of a demo.
  await page.click('[name=force]');
  await press(page, 'Begin with step 1');
  await page.waitForFunction('document.getElementById("plan").innerText.includes(": holding")');
  await take(page, '/cutover', 'console-cutover');
  await press(page, 'Abort: take everything back now');
  await page.select('[name=mode]', 'equal');
  await page.type('form[action="/actions/mode"] [name=why]', 'pictures were taken');
  await press(page, 'Set');
} finally {
  await browser.close();
}

async function press(page: Page, button: string): Promise<void> {
  const handle = await page.waitForSelector(`main ::-p-xpath(//button[normalize-space()="${button}"])`);
  await Promise.all([page.waitForNavigation(), handle?.click()]);
}

async function take(page: Page, path: string, name: string, cutAt = height): Promise<void> {
  await page.goto(`${address}${path}`);
  // Every tile has been seen, and a bridge on a busy host has answered.
  await page.waitForFunction('!/not seen yet|no bridge answers/.test(document.body.innerText)');
  const picture = await page.screenshot({ clip: { x: 0, y: 0, width, height: cutAt } });
  if (picture.length > maxBytes)
    throw new Error(`${name} has ${picture.length} bytes: take less of the page`);
  writeFileSync(join(projectRoot, 'docs', 'images', `${name}.png`), picture);
}
