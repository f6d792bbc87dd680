import { join } from 'node:path';
import { runWell } from './program.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const INSTALL_MINUTES = 8;

/** Makes a virtual environment in the folder with the judges from PyPI, and answers where their programs lie. */
export const installJudges = async (folder: string): Promise<string> => {
  const environment = join(folder, 'python');
  await runWell('python3', ['-m', 'venv', environment]);
  const programs = join(environment, 'bin');
  const install = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '-r', REQUIREMENTS];
  await runWell(join(programs, 'python'), install, { minutes: INSTALL_MINUTES });
  return programs;
};
