import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** A committed file of `test/fixtures`, `picture/camera.jpg` for example. */
export const fixture = (name: string): Promise<Buffer> => readFile(join(FIXTURES, name));
