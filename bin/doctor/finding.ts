/** The result of one check of the account or the machine. */
export interface Finding {
  readonly about: string;
  /** `fails` prevents a deployment; `warns` does not yet; `unknown` could not be checked. */
  readonly state: 'ok' | 'warns' | 'fails' | 'unknown';
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** Runs one check; a failed call does not stop the others. */
export type Check = () => Promise<Finding>;

/** A check whose call AWS refused is unknown, with AWS's message and the permission that it needs; other errors are thrown. */
export const looking =
  (about: string, permission: string, look: () => Promise<Omit<Finding, 'about'>>): Check =>
  async () => {
    try {
      return { about, ...(await look()) };
    } catch (error) {
      const { name, message } = error as Error;
      return {
        about,
        state: 'unknown',
        found: `${name}: ${message}`,
        advice: `let the caller do ${permission}, or look by hand`,
      };
    }
  };

const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok     ',
  warns: 'warning',
  fails: 'FAILS  ',
  unknown: 'unknown',
};

/** One line for each finding, and one below it for what to do. */
export const describeFindings = (findings: readonly Finding[]): readonly string[] => {
  const width = Math.max(...findings.map(({ about }) => about.length));
  return findings.flatMap(({ about, state, found, advice }) => [
    `${MARKS[state]}  ${about.padEnd(width)}  ${found}`,
    ...(advice === undefined ? [] : [`${' '.repeat(width + 11)}${advice}`]),
  ]);
};
