import { readFileSync } from 'node:fs';

/** A file of `test/fixtures/previews`; `make.sh` beside them makes them. */
export const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/previews/${name}`, import.meta.url));
