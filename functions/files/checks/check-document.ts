import type { CheckResult } from './check.ts';
import { checkCompound, isCompound } from './compound-file.ts';
import { checkPackage } from './office-package.ts';
import { contentMismatch, unsupported } from './outcome.ts';
import { checkPdf } from './pdf.ts';

type Check = (bytes: Buffer, mimeType: string) => CheckResult | Promise<CheckResult>;

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const DOCX = `${OPEN_XML}.wordprocessingml.document`;
const XLSX = `${OPEN_XML}.spreadsheetml.sheet`;
const PPTX = `${OPEN_XML}.presentationml.presentation`;
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';

/**
 * A compound file is distinguished from others, an installer for example, by its main stream. A newer file with a password is
 * one, too.
 */
const office =
  (...streams: readonly string[]): Check =>
  (bytes, mimeType) =>
    isCompound(bytes) ? checkCompound(bytes, mimeType, streams) : checkPackage(bytes, mimeType);

/** Clients name Office files of both generations by the old type. */
const eitherOffice =
  (newer: string, ...streams: readonly string[]): Check =>
  async (bytes, mimeType) => {
    const result = await office(...streams)(bytes, newer);
    return result.outcome === 'rejected' && result.code === 'CONTENT_MISMATCH' ? contentMismatch(mimeType) : result;
  };

const CHECKS: Readonly<Record<string, Check>> = {
  'application/pdf': checkPdf,
  'application/msword': eitherOffice(DOCX, 'WordDocument'),
  'application/vnd.ms-excel': eitherOffice(XLSX, 'Workbook', 'Book'),
  'application/vnd.ms-powerpoint': eitherOffice(PPTX, 'PowerPoint Document'),
  [DOCX]: office(),
  [XLSX]: office(),
  [PPTX]: office(),
  [`${OPEN_DOCUMENT}.text`]: checkPackage,
  [`${OPEN_DOCUMENT}.spreadsheet`]: checkPackage,
  [`${OPEN_DOCUMENT}.presentation`]: checkPackage,
};

/**
 * Compares the content of a document with its declared type and looks for features that may harm the reader. `bytes` are the
 * whole file when it is `whole`.
 */
export const checkDocument = async (bytes: Buffer, mimeType: string, whole: boolean): Promise<CheckResult> => {
  const check = Object.hasOwn(CHECKS, mimeType) ? CHECKS[mimeType] : undefined;
  if (!check) return contentMismatch(mimeType);
  if (!whole) return unsupported(`${mimeType} of this size`);
  return check(bytes, mimeType);
};
