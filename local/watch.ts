import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Service } from './ports.ts';

const QUIET_MS = 200;

/**
 * Calls `rebuild` when a file below the inputs changes, once the changes have paused. Changes during a rebuild lead to one
 * more; a failed rebuild is reported, and the next change tries again.
 *
 * Each folder is watched separately. Node.js's recursive watch looks at files, and on Linux it does not see a file again that
 * was replaced by another of its name, which is how many editors save and how git checks out.
 */
export const startWatch = (
  root: string,
  inputs: readonly string[],
  rebuild: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Service => {
  let timer: NodeJS.Timeout | undefined;
  let building: Promise<void> = Promise.resolve();
  let watchers: readonly FSWatcher[] = [];
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(look).then(rebuild).catch(onFailure);
    }, QUIET_MS);
  };
  const close = (): void => {
    for (const watcher of watchers) watcher.close();
  };
  const watcherOf = (folder: string): readonly FSWatcher[] => {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (folder !== root || name === null || inputs.includes(name)) changed();
      });
      return [watcher.on('error', changed)];
    } catch {
      // Gone since it was listed: its parent folder reports that.
      return [];
    }
  };
  /** Watches the present folders; they may have the names of former ones. Later changes are seen. */
  const look = (): void => {
    close();
    watchers = [root, ...inputs.flatMap((input) => foldersAt(join(root, input)))].flatMap(watcherOf);
  };
  look();
  return {
    stop: async () => {
      clearTimeout(timer);
      await building;
      close();
    },
  };
};

/** The folder and all below it that the fingerprint of the inputs includes; none when it is a file, or missing. */
const foldersAt = (path: string): readonly string[] => {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  const names = readdirSync(path).filter((name) => name !== 'node_modules' && !name.startsWith('.'));
  return [path, ...names.flatMap((name) => foldersAt(join(path, name)))];
};
