import { expect } from '@jest/globals';
import { eventually } from './eventually.ts';
import type { Ready } from './runtime.ts';

/** A mail as the welcome page shows it. */
export interface ShownMail {
  readonly subject: string;
  readonly to: string;
  /** The address in it, with its token. */
  readonly address: string;
  readonly token: string;
}

const unescaped = (html: string): string =>
  html.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
  );

/** The mails that were sent to an address, the newest first. */
export const mailsTo = async ({ welcome }: Ready, email: string): Promise<readonly ShownMail[]> => {
  const page = await (await fetch(welcome)).text();
  return [...page.matchAll(/<details><summary>(.*?) · (.*?) · <time>.*?<\/summary><pre[^>]*>(.*?)<\/pre>/gs)]
    .map(([, subject = '', to = '', text = '']) => {
      const address = unescaped(/href="([^"]+)"/.exec(text)?.[1] ?? '');
      const token = decodeURIComponent(/#token=(\S+)$/.exec(address)?.[1] ?? '');
      return { subject: unescaped(subject), to: unescaped(to), address, token };
    })
    .filter(({ to }) => to === email);
};

/** Waits until that many mails were sent to an address, and answers the newest. */
export const mailTo = async (ready: Ready, email: string, count = 1): Promise<ShownMail> => {
  let newest: ShownMail | undefined;
  await eventually(async () => {
    const mails = await mailsTo(ready, email);
    expect(mails.length).toBeGreaterThanOrEqual(count);
    newest = mails[0];
  }, 30_000);
  return newest as ShownMail;
};
