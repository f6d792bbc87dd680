import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HOST_MODULES } from '../lambda/native-modules.ts';
import type { ProgramSpec } from '../program-environment.ts';
import { readContainers } from '../template/containers.ts';
import type { Stack } from '../template/stack.ts';
import { type Container, createContainer } from './container.ts';

/** Where the program keeps files and writes, and what it finds in its environment. */
export interface UploadGatewayOptions {
  readonly dataFolder: string;
  readonly environmentOf: (spec: ProgramSpec) => Promise<Readonly<Record<string, string>>>;
  readonly onOutput: (chunk: Buffer) => void;
}

/** The container of a stack that takes large forms; undefined when the stack has none. */
export const uploadGatewayOf = (stack: Stack, options: UploadGatewayOptions): Container | undefined => {
  const [spec] = readContainers(stack);
  return (
    spec &&
    createContainer(spec, {
      environmentOf: async () => {
        // A gateway that starts clears what another one left, so that no other program may keep files there.
        const folder = join(options.dataFolder, 'gateway');
        mkdirSync(folder, { recursive: true });
        return { ...(await options.environmentOf(spec)), NODE_PATH: HOST_MODULES, TMPDIR: folder };
      },
      onOutput: options.onOutput,
    })
  );
};
