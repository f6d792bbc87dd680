import { existsSync, type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Service } from './ports.ts';

const QUIET_MS = 200;

/**
 * Calls `rebuild` when something below the inputs changes, once the changes have paused. Changes during a rebuild
 * lead to one more; a rebuild that fails is reported, and the next change tries again.
 */
export const startWatch = (
  root: string,
  inputs: readonly string[],
  rebuild: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Service => {
  let timer: NodeJS.Timeout | undefined;
  let building: Promise<void> = Promise.resolve();
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(rebuild).catch(onFailure);
    }, QUIET_MS);
  };
  const watchers: FSWatcher[] = inputs
    .map((input) => join(root, input))
    .filter((path) => existsSync(path))
    .map((path) => watch(path, { recursive: true, persistent: false }, changed));
  return {
    stop: async () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      await building;
    },
  };
};
