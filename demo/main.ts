import { createClient, type Media, type Mediashelf, MediashelfError } from '../client/node.ts';
import { type EventFeed, listenToEvents } from './events.ts';
import { photosIn } from './folder.ts';
import { generatePhotos } from './photos.ts';
import { progressBar } from './progress.ts';
import { type Ready, startRuntime } from './runtime.ts';
import { alignTable } from './table.ts';
import { type Result, uploadAll } from './upload.ts';
import { faultsOf } from './verdict.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const rowOf = ({ photo, outcome, milliseconds }: Result): string[] => {
  const media = outcome.status === 'active' ? outcome.media : undefined;
  const reason = 'code' in outcome ? ` ${outcome.code}` : 'httpStatus' in outcome ? ` ${outcome.httpStatus}` : '';
  return [
    photo.name,
    `${outcome.status}${reason}`,
    media ? `${media.width} x ${media.height}` : '-',
    photo.size.toLocaleString('en'),
    media ? Object.keys(media.renditions).join(' ') : '-',
    `${Math.round(milliseconds)} ms`,
  ];
};

/** Lists, patches and deletes over HTTP, and checks the event of each change; answers the failures. */
const tryLibrary = async (
  records: readonly Media[],
  { call }: Mediashelf,
  events: EventFeed,
): Promise<readonly string[]> => {
  const faults: string[] = [];
  const check = (isTrue: boolean, fault: string): void => void (isTrue || faults.push(fault));
  const page = await call('GET /api/v1/media', { query: { limit: 100, orderBy: 'filename', orderDir: 'asc' } });
  print(`\nlist    ${page.total} records, the first of them ${page.data[0]?.filename ?? 'missing'}`);
  check(page.total === records.length, `the list counts ${page.total} records, there are ${records.length}`);
  check(page.data.length === Math.min(100, records.length), `the list shows ${page.data.length} records`);
  const [subject] = records;
  if (!subject) return faults;

  const title = 'Seen in the demo';
  const path = { id: subject.id };
  const patched = await call('PATCH /api/v1/media/{id}', { path, body: { title } });
  const updated = await events.next('media.updated', subject.id);
  print(`patch   ${subject.filename} is now titled "${patched.title}"`);
  check(patched.title === title && updated.title === title, 'the new title was not stored and announced');

  await call('DELETE /api/v1/media/{id}', { path });
  await events.next('media.deleted', subject.id);
  const gone = await call('GET /api/v1/media/{id}', { path }).catch((error: unknown) => error);
  const left = await call('GET /api/v1/media', { query: { limit: 1 } });
  print(`delete  ${subject.filename} is gone, ${left.total} records are left`);
  check(gone instanceof MediashelfError && gone.status === 404, 'a deleted record can still be read');
  check(left.total === records.length - 1, `the list counts ${left.total} records after a delete`);
  return faults;
};

const run = async (ready: Ready, photos: Awaited<ReturnType<typeof generatePhotos>>): Promise<readonly string[]> => {
  const shelf = createClient({ url: ready.http, realtimeUrl: ready.ws });
  await shelf.login(ready.email, ready.password);
  const events = await listenToEvents(shelf);
  try {
    print(`Uploading ${photos.length} files to ${ready.http}, four at a time`);
    const results = await uploadAll(photos, shelf, events, progressBar(photos.length, process.stdout));
    const headings = ['name', 'status', '>dimensions', '>bytes', 'renditions', '>time'];
    print(`\n${alignTable(headings, results.map(rowOf))}`);
    const faults: string[] = [];
    for (const result of results)
      for (const fault of await faultsOf(result)) faults.push(`${result.photo.name}: ${fault}`);
    const records = results.flatMap(({ outcome }) => (outcome.status === 'active' ? [outcome.media] : []));
    return [...faults, ...(await tryLibrary(records, shelf, events))];
  } finally {
    events.close();
  }
};

const main = async (): Promise<void> => {
  const [folder] = process.argv.slice(2);
  const [runtime, photos] = await Promise.all([startRuntime(), folder ? photosIn(folder) : generatePhotos()]);
  try {
    const faults = await run(runtime.ready, photos);
    print(
      faults.length === 0
        ? '\nEvery file ended as it must.'
        : `\nNot as it must be:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    process.exitCode = faults.length === 0 ? 0 : 1;
  } finally {
    await runtime.stop();
  }
};

main().catch((error: unknown) => {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
