/**
 * The code of a sandbox beside the module that starts it: `<name>.sandbox.ts` in the sources; in a bundle all modules are in
 * one folder, with `<name>.sandbox.mjs`.
 */
export const sandboxEntry = (startedBy: string, name: string): URL =>
  new URL(`./${name}.sandbox.${startedBy.endsWith('.mjs') ? 'mjs' : 'ts'}`, startedBy);

/**
 * The whole environment of a sandbox process: the location of packages, libraries of layers and scratch files. Nothing of the
 * role, no secret, no name of a table or bucket.
 */
export const sandboxEnvironment = ({ NODE_PATH, LD_LIBRARY_PATH, TMPDIR }: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries({ NODE_PATH, LD_LIBRARY_PATH, TMPDIR }).filter(([, value]) => value !== undefined));
