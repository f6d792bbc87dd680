import type { Dialect, DialectName } from '../http/dialect.ts';
import { admin } from './admin/dialect.ts';
import { base } from './base/dialect.ts';
import { files } from './files/dialect.ts';
import { tokens } from './tokens/dialect.ts';
import { uppy } from './uppy/dialect.ts';
import { v1 } from './v1/dialect.ts';

/** Each API: its credentials, and how it renders errors. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { v1, tokens, files, admin, base, uppy };
