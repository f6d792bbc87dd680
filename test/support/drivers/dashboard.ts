import { spawnSync } from 'node:child_process';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { browserName } from './browser.ts';
import type { Ready } from './runtime.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
  '--no-proxy-server',
];

/** Debian's Chromium, driven by real input: keys, pointer, touch, files. */
export const launchBrowser = (): Promise<Browser> => {
  const { stdout } = spawnSync('which', [browserName ?? 'chromium'], { encoding: 'utf8' });
  return chromium.launch({ executablePath: stdout.trim(), args: ARGUMENTS });
};

/** What a page did that none should: messages in the console, reports of its policy, requests to other hosts. */
export interface Watched {
  readonly page: Page;
  readonly odd: string[];
  /** Takes messages out that a test caused on purpose. */
  readonly allow: (pattern: RegExp) => void;
}

/** Opens a page of the dashboard, and takes note of what it must not do. */
export const openDashboard = async (
  browser: Browser,
  ready: Ready,
  options: BrowserContextOptions = {},
): Promise<Watched> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: ready.http });
  const page = await context.newPage();
  const odd: string[] = [];
  const own = [new URL(ready.http).host, new URL(ready.s3).host];
  page.on('console', (message) => odd.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => odd.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(?:https?|wss?):$/.test(url.protocol) && !own.includes(url.host)) odd.push(`request: ${request.url()}`);
  });
  return {
    page,
    odd,
    allow: (pattern) => {
      for (const [index, text] of [...odd.entries()].reverse()) if (pattern.test(text)) odd.splice(index, 1);
    },
  };
};

/** Signs in as the owner and waits for the frame of the page. */
export const signIn = async (page: Page, { http, email, password }: Ready, path = '/app/'): Promise<void> => {
  await page.goto(http + path);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('.shell').waitFor();
};

/** The cells of the gallery that are in the page. */
export const cells = (page: Page) => page.getByRole('grid', { name: 'Files of the library' }).getByRole('gridcell');

/** Drops files on the page as from the desktop. */
export const dropFiles = async (
  page: Page,
  files: readonly { readonly name: string; readonly type: string; readonly bytes: Buffer }[],
  end: 'dragenter' | 'drop',
): Promise<void> => {
  const given = files.map(({ name, type, bytes }) => ({ name, type, text: bytes.toString('base64') }));
  const transfer = await page.evaluateHandle((list) => {
    // biome-ignore lint/suspicious/noExplicitAny: the types of a page are not those of the tests
    const data = new (globalThis as any).DataTransfer();
    for (const { name, type, text } of list) {
      data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name, { type }));
    }
    return data;
  }, given);
  for (const type of end === 'drop' ? ['dragenter', 'dragover', 'drop'] : ['dragenter', 'dragover']) {
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
  }
};
