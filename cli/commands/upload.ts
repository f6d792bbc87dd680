import { stat } from 'node:fs/promises';
import { openShelf } from '../account.ts';
import { begunUploads } from '../begun-uploads.ts';
import { type Command, type Given, isSet, listFlag, say, textFlag } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { findFiles } from '../find-files.ts';
import { numberFlag } from '../number-flag.ts';
import { progressBars } from '../progress.ts';
import { tagIds } from '../tag-ids.ts';
import { colours, plain, sizeText, type Terminal } from '../terminal.ts';
import { TEXT_HELP, TEXT_OPTIONS, textsIn } from '../texts.ts';
import { type Result, uploadFiles } from '../upload-files.ts';
import { uploadStates } from '../upload-states.ts';

const VISIBILITIES = ['private', 'shared', 'public'] as const;
const MOST_AT_ONCE = 64;

const visibilityOf = (given: Given): { visibility?: (typeof VISIBILITIES)[number] } => {
  const text = textFlag(given, 'visibility');
  if (text === undefined) return {};
  const visibility = VISIBILITIES.find((each) => each === text);
  if (!visibility) throw new UsageError(`--visibility takes ${VISIBILITIES.join(', ')}, not "${text}"`);
  return { visibility };
};

const isGood = ({ status }: Result): boolean => status === 'active' || status === 'duplicate';

/** Of so many files, those without a result were not tried. */
const summaryOf = (results: readonly Result[], files: number, seconds: number) => {
  const count = (...among: readonly Result['status'][]) =>
    results.filter(({ status }) => among.includes(status)).length;
  const bytes = results.reduce((sum, { status, size }) => sum + (status === 'active' ? size : 0), 0);
  return {
    files,
    uploaded: count('active'),
    skipped: count('duplicate'),
    unfinished: files - results.length + count('unfinished'),
    failed: results.filter((result) => !isGood(result) && result.status !== 'unfinished').length,
    bytes,
    seconds: Math.round(seconds * 10) / 10,
  };
};

const summaryLine = ({
  files,
  uploaded,
  skipped,
  unfinished,
  failed,
  bytes,
  seconds,
}: ReturnType<typeof summaryOf>): string => {
  const number = (count: number): string => count.toLocaleString('en');
  const rest = unfinished > 0 ? `, ${number(unfinished)} unfinished (--resume goes on)` : '';
  return `${number(files)} ${files === 1 ? 'file' : 'files'}: ${number(uploaded)} uploaded (${sizeText(bytes)} in ${seconds} s), ${number(skipped)} already there, ${number(failed)} failed${rest}`;
};

/** The result of one file: always in JSON, for people only failures. */
const tell = (result: Result, given: Given, terminal: Terminal): void => {
  if (isSet(given, 'json')) {
    say(terminal, result);
    return;
  }
  const { red, green, dim } = colours(terminal);
  const { path, status, mediaId, code, message } = result;
  if (!isGood(result)) {
    if (status === 'unfinished') return;
    terminal.errors.write(
      `${red(plain(path))}: ${plain([code, message].filter((each) => each !== null).join(': '))}\n`,
    );
  } else if (isSet(given, 'verbose')) {
    const mark = status === 'active' ? green('uploaded') : dim('already there');
    say(terminal, `${plain(path)}: ${mark} ${mediaId}`);
  }
};

export const upload: Command = {
  summary: 'upload files and folders',
  help: `mediashelf upload FILE-OR-FOLDER... [options]
mediashelf upload --resume               continues all uploads that were started

Folders are uploaded with all their content, except hidden entries, links and types that no library accepts.
Content that the library has already, under any name, is not sent again. Files above 64 MiB are sent in parts;
--resume continues an interrupted one, also on another machine.

  --tags TAGS          slugs or names, separated by commas; missing ones are created
  --visibility WHO     private, shared or public
${TEXT_HELP}
  --concurrency N      files that are sent at the same time; 4 by default
  --multipart          parts for small files as well
  --resume             continue unfinished uploads
  --verbose            a line for each file

Examples
  mediashelf upload ~/Pictures --tags harbour,"At dawn"
  mediashelf upload film.mp4 --resume
  mediashelf upload scans --json | jq -r 'select(.status == "rejected").path'

Ends with 0 when every file is in the library, 1 when one is not, and at once with 3 or 4 when the library refuses
the login, or does not answer for five minutes.
`,
  options: {
    ...TEXT_OPTIONS,
    tags: { type: 'string', multiple: true },
    visibility: { type: 'string' },
    concurrency: { type: 'string' },
    multipart: { type: 'boolean' },
    resume: { type: 'boolean' },
    verbose: { type: 'boolean' },
  },
  run: async (given, terminal) => {
    const { signal } = terminal;
    const isResuming = isSet(given, 'resume');
    const concurrency = numberFlag(given, 'concurrency', 1, MOST_AT_ONCE, 4);
    const visibility = visibilityOf(given);
    if (given.words.length === 0 && !isResuming) throw new UsageError('upload takes files or folders');
    const shelf = await openShelf(terminal, { team: textFlag(given, 'team'), isPatient: true });
    const states = uploadStates(terminal, shelf.url);
    const named = { paths: given.words, missing: [] };
    const { paths, missing } = given.words.length > 0 ? named : await begunUploads(shelf, states);
    for (const result of missing) tell(result, given, terminal);
    const files = await findFiles(paths);
    const tags = (await tagIds(shelf, listFlag(given, 'tags'), { create: true })).flatMap((id) => id ?? []);
    const fields = {
      ...visibility,
      ...textsIn(given),
      ...(tags.length > 0 ? { tagIds: tags } : {}),
      ...(isSet(given, 'multipart') ? { multipart: true } : {}),
    };
    const sizes = await Promise.all(
      files.map(async ({ path }) => (await stat(path).catch(() => undefined))?.size ?? 0),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const bars = isSet(given, 'json') ? undefined : progressBars(terminal, files.length, total);
    const began = performance.now();
    const { results: tried, halted } = await uploadFiles(files, {
      shelf,
      states,
      bars: bars ?? { update: () => {}, settled: () => {}, end: () => {} },
      fields,
      concurrency,
      isResuming,
      signal,
      onResult: (result) => {
        bars?.end();
        tell(result, given, terminal);
      },
    });
    bars?.end();
    const results = [...missing, ...tried];
    const summary = summaryOf(results, missing.length + files.length, (performance.now() - began) / 1000);
    say(terminal, isSet(given, 'json') ? { summary } : summaryLine(summary));
    if (signal.aborted) return EXIT.interrupted;
    if (halted) throw halted;
    return results.every(isGood) ? EXIT.ok : EXIT.failed;
  },
};
