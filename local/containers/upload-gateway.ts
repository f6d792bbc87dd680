import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HOST_MODULES } from '../lambda/native-modules.ts';
import type { ProgramSpec } from '../program-environment.ts';
import { readContainers } from '../template/containers.ts';
import type { Stack } from '../template/stack.ts';
import { type Container, createContainer } from './container.ts';

/** Where the program stores files and logs, and its environment. */
export interface UploadGatewayOptions {
  readonly dataFolder: string;
  readonly environmentOf: (spec: ProgramSpec) => Promise<Readonly<Record<string, string>>>;
  readonly onOutput: (chunk: Buffer) => void;
}

/** The container of a stack for large forms; undefined when the stack has none. */
export const uploadGatewayOf = (stack: Stack, options: UploadGatewayOptions): Container | undefined => {
  const [spec] = readContainers(stack);
  return (
    spec &&
    createContainer(spec, {
      environmentOf: async () => {
        // A starting gateway removes another one's files, so no other program may store files there.
        const folder = join(options.dataFolder, 'gateway');
        mkdirSync(folder, { recursive: true });
        return { ...(await options.environmentOf(spec)), NODE_PATH: HOST_MODULES, TMPDIR: folder };
      },
      onOutput: options.onOutput,
    })
  );
};
