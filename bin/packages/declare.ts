import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Runs the compiler over a project with other flags than those of its file. */
export const compile = (project: string, flags: readonly string[]): void =>
  void execFileSync(process.execPath, [TSC, '--project', project, ...flags], { stdio: 'inherit' });

/** Writes the declarations of a project's exports. */
export const declare = (project: string, outdir: string): void =>
  compile(project, ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', outdir]);
