/** What one look at the account or the machine found. */
export interface Finding {
  readonly about: string;
  /** `fails` keeps a deployment from working; `warns` does not yet; `unknown` could not be looked at. */
  readonly state: 'ok' | 'warns' | 'fails' | 'unknown';
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** Looks at one thing, whatever becomes of it. */
export type Check = () => Promise<Finding>;

/** A check whose call AWS refused is unknown, in AWS's words and with the permission that it needs; all else is thrown. */
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
