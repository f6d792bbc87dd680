import { createReadStream } from 'node:fs';
import { type FieldError, MediaError } from '../domain/errors.ts';
import type { Examined, ExamineFile } from '../files/checks/examine-file.ts';
import type { FileStore } from '../files/file-store.ts';
import type { MalwareScanner } from '../files/malware/scanner.ts';
import { refusalOf } from '../files/malware/verdict-refusal.ts';
import { fileFault, type ReceivedFile } from './receive-files.ts';

export interface ScanDeps {
  readonly scanner: MalwareScanner;
  readonly files: Pick<FileStore, 'read'>;
  /** Lets so many milliseconds go by. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** What is answered when files of a form may not be stored. */
export const refusedFiles = (fields: readonly FieldError[]): MediaError =>
  new MediaError('FILE_REFUSED', 'Files were refused, and none was stored', { fields });

/** Scans a file on disk, if the scanner takes such, and decodes it only then. */
export const scanAndExamine = async (
  { path, mimeType, size, sha256 }: ReceivedFile,
  { scanner, examine }: Pick<ScanDeps, 'scanner'> & { readonly examine: ExamineFile },
): Promise<Examined> => {
  const read = async () => createReadStream(path);
  const verdict = scanner.takes === 'bytes' ? await scanner.scan({ key: path, read }) : 'clean';
  const refusal = verdict === 'waiting' ? undefined : refusalOf(verdict);
  if (refusal) return { outcome: refusal, metadata: undefined };
  return examine(path, { mimeType, size, sha256 });
};

/** How long a call waits for a scanner of stored objects, which takes some seconds; API Gateway gives up after 30. */
const SCAN_PAUSES = 15;
const SCAN_PAUSE_MS = 1000;

/** Waits until a stored file was scanned; throws when it may not stay, and when the scan takes too long to wait for. */
export const awaitScan = async (
  key: string,
  { field, index }: { readonly field: string; readonly index: number },
  { scanner, files, pause }: ScanDeps,
): Promise<void> => {
  if (scanner.takes === 'bytes') return;
  for (let pauses = 0; pauses < SCAN_PAUSES; pauses += 1) {
    const verdict = await scanner.scan({ key, read: () => files.read(key) });
    if (verdict !== 'waiting') {
      const refusal = refusalOf(verdict);
      if (!refusal) return;
      throw refusedFiles([fileFault(field, index, refusal.code, refusal.message)]);
    }
    await pause(SCAN_PAUSE_MS);
  }
  const message = 'The scan for malware takes longer than a call may: send the file by POST /api/v1/uploads';
  throw new MediaError('BUSY', message, { retryAfter: 60 });
};
