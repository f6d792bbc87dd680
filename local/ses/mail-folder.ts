import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A mail that was sent. */
export interface SentMail {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mails of a data folder. */
export interface MailFolder {
  keep(mail: SentMail): void;
  /** The newest first. */
  list(): readonly SentMail[];
}

/** The oldest are removed. */
const MOST = 200;

/** Keeps each mail as a file, named by its time: tokens are in it, and the data folder opens to its owner alone. */
export const mailFolder = (dataFolder: string): MailFolder => {
  const folder = join(dataFolder, 'mails');
  const names = (): readonly string[] => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .reverse();
  };
  return {
    keep: (mail) => {
      for (const old of names().slice(MOST - 1)) rmSync(join(folder, old), { force: true });
      const file = join(folder, `${mail.at.replaceAll(':', '-')}-${mail.id}.json`);
      writeFileSync(`${file}.new`, `${JSON.stringify(mail, null, 2)}\n`, { mode: 0o600, flush: true });
      renameSync(`${file}.new`, file);
    },
    list: () => names().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as SentMail),
  };
};
