import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { MediashelfSettings } from '../../lib/settings/schema.ts';
import type { Finding } from './finding.ts';

const MAJOR = 24;

/** Whether this Node.js strips types, as every program of the project needs. */
export const nodeVersion = (version = process.versions.node): Finding => {
  const about = 'Node.js';
  if (Number.parseInt(version, 10) >= MAJOR) return { about, state: 'ok', found: version };
  return { about, state: 'fails', found: version, advice: `npm ci brings Node.js ${MAJOR}; run this by npm` };
};

/** Whether the image of the upload gateway can be built; without the gateway, Docker is not needed. */
export const docker = async ({ uploadGateway }: MediashelfSettings, program = 'docker'): Promise<Finding> => {
  const about = 'Docker';
  if (!uploadGateway) return { about, state: 'ok', found: 'not needed without uploadGateway' };
  try {
    const { stdout } = await promisify(execFile)(program, ['version', '--format', '{{.Server.Version}}']);
    return { about, state: 'ok', found: `server ${stdout.trim()}` };
  } catch (error) {
    const { message } = error as Error;
    return {
      about,
      state: 'fails',
      found: `uploadGateway needs it to build its image: ${message.split('\n')[0]}`,
      advice: 'start Docker, or name a program that takes its place by CDK_DOCKER',
    };
  }
};
