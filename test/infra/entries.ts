import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { operations, operationThreads, programs } from '../../lib/operations.ts';

/** Writes entries that compile in no time and differ from each other, so that a template is about the stack alone. */
export const writeEntries = (folder: string): string => {
  const write = (file: string, contents: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), contents);
  };
  for (const [name, capability] of Object.entries(operations))
    write(join(capability, `${name}.lambda.ts`), `export const handler = async () => '${name}';\n`);
  for (const [name, capability] of Object.entries(programs))
    write(join(capability, `${name}.server.ts`), `console.log('${name}');\n`);
  for (const entry of Object.values(operationThreads).flat()) write(`${entry}.ts`, `console.log('${entry}');\n`);
  return folder;
};
