import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createClient, type Media, type Mediashelf, type Realtime } from '../../client/node.ts';
import { eventually, type Step } from './steps.ts';

/** Where the deployment is, and who tries it. */
export interface Tried {
  readonly url: string;
  readonly realtimeUrl: string;
  readonly email: string;
  readonly password: string;
}

interface Sample {
  readonly name: string;
  readonly file: string;
  readonly type: string;
  readonly title: string;
}

const IMAGE: Sample = { name: 'upload an image', file: 'picture.jpg', type: 'image/jpeg', title: 'Smoke harbour' };
const PDF: Sample = { name: 'upload a PDF', file: 'page.pdf', type: 'application/pdf', title: 'Smoke page' };
const FILM: Sample = { name: 'upload a film', file: 'film.mp4', type: 'video/mp4', title: 'Smoke film' };

const bytesOf = (file: string): Promise<Buffer> => readFile(new URL(`files/${file}`, import.meta.url));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const expect = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise);
};

const SIGN_IN = 'sign in';
const LISTEN = 'open a WebSocket';

/** An attempt at the main job: its client, and what its steps leave for those after them. */
interface Attempt extends Tried {
  readonly shelf: Mediashelf;
  /** By the name of their sample. */
  readonly records: Map<string, Media>;
  readonly heard: { readonly event: string; readonly id: unknown }[];
  live?: Realtime;
  recordOf(sample: Sample): Media;
  list(query: object): Promise<readonly Media[]>;
}

const newAttempt = (tried: Tried): Attempt => {
  const { url, realtimeUrl } = tried;
  const shelf = createClient({ url, realtimeUrl, retry: { attempts: 3 } });
  const records = new Map<string, Media>();
  return {
    ...tried,
    shelf,
    records,
    heard: [],
    recordOf: ({ name }) => {
      const record = records.get(name);
      if (!record) throw new Error('there is no record of it');
      return record;
    },
    list: async (query) => (await shelf.call('GET /api/v1/media', { query: { limit: 20, ...query } })).data,
  };
};

const signIn = ({ shelf, email, password }: Attempt): Step => ({
  name: SIGN_IN,
  lookAt: 'the logs of login, and whether the address is that of this deployment',
  run: async (signal) => {
    const { user } = await shelf.login(email, password, { signal });
    return user.email ?? '';
  },
});

const listen = (attempt: Attempt): Step => ({
  name: LISTEN,
  needs: [SIGN_IN],
  lookAt: 'the output WebSocketUrl, and the logs of create-ticket and connect',
  run: async () => {
    const live = attempt.shelf.realtime();
    attempt.live = live;
    live.on('event', ({ event, data }) => {
      attempt.heard.push({ event, id: (data as { id?: unknown } | null)?.id });
    });
    await live.opened();
    return attempt.realtimeUrl;
  },
});

const upload = ({ shelf, records }: Attempt, sample: Sample): Step => ({
  name: sample.name,
  needs: [SIGN_IN],
  lookAt: 'the logs of create-upload, queue-uploads and process-upload; the CORS rules and the region of the bucket',
  run: async (signal) => {
    const bytes = await bytesOf(sample.file);
    const file = new File([new Uint8Array(bytes)], sample.file, { type: sample.type });
    const { status, code, message, mediaId } = await shelf.upload(file, { signal, fields: { title: sample.title } });
    expect(status === 'active', `became ${status}: ${code} ${message}`);
    const record = await shelf.call('GET /api/v1/media/{id}', { path: { id: mediaId }, signal });
    records.set(sample.name, record);
    expect(record.fileSize === bytes.length, `the record says ${record.fileSize} bytes, ${bytes.length} were sent`);
    expect(Object.keys(record.renditions).length > 0, 'the record has no rendition');
    return `${bytes.length} bytes, ${Object.keys(record.renditions).join(' ')}`;
  },
});

const hear = ({ heard, recordOf }: Attempt): Step => ({
  name: 'hear of the uploads',
  needs: [LISTEN, IMAGE.name, PDF.name, FILM.name],
  lookAt: 'the logs of announce, and the alarm Unannounced',
  run: async (signal) => {
    for (const sample of [IMAGE, PDF, FILM]) {
      const { id } = recordOf(sample);
      const isIt = (each: { event: string; id: unknown }): boolean => each.event === 'media.created' && each.id === id;
      await eventually(async () => heard.find(isIt), signal);
    }
    return `${heard.length} events`;
  },
});

const fetchBack = ({ shelf, recordOf }: Attempt): Step => ({
  name: 'open files and renditions',
  needs: [IMAGE.name, PDF.name, FILM.name],
  lookAt: 'the logs of get-content and draw-picture',
  run: async (signal) => {
    for (const sample of [IMAGE, PDF, FILM]) {
      const { id } = recordOf(sample);
      const original = await shelf.content(id, { signal });
      const same = sha256(await original.bytes()) === sha256(await bytesOf(sample.file));
      expect(same, `${sample.file} came back as other bytes`);
      const small = await shelf.content(id, { rendition: 'small', signal });
      const type = small.headers.get('content-type') ?? '';
      expect(type.startsWith('image/'), `the rendition of ${sample.file} is ${type || 'of no type'}`);
      await small.arrayBuffer();
    }
    return 'originals are as they were sent';
  },
});

const search = ({ list, recordOf }: Attempt): Step => ({
  name: 'search',
  needs: [IMAGE.name],
  lookAt: 'the logs of queue-changes and index-media, and the alarms Unindexed and Unfound',
  run: async (signal) => {
    const { id } = recordOf(IMAGE);
    await eventually(async () => (await list({ search: 'harbour' })).find((each) => each.id === id), signal);
    return 'found by a word of its title';
  },
});

const tag = ({ shelf, list, recordOf }: Attempt): Step => ({
  name: 'tag',
  needs: [IMAGE.name],
  lookAt: 'the logs of manage-tags and tag-media',
  run: async (signal) => {
    const { id } = recordOf(IMAGE);
    const made = await shelf.call('POST /api/v1/media-tags', { body: { name: 'Smoke' }, signal });
    const [first] = [made].flat();
    if (!first) throw new Error('no tag was made');
    await shelf.call('POST /api/v1/media/{id}/tags', { path: { id }, body: { tagId: first.id }, signal });
    await eventually(async () => (await list({ tagSlugs: [first.slug] })).find((each) => each.id === id), signal);
    return 'found by its tag';
  },
});

const trash = ({ shelf, list, recordOf }: Attempt): Step => ({
  name: 'trash and restore',
  needs: [PDF.name],
  lookAt: 'the logs of delete-media, list-trash and restore-media',
  run: async (signal) => {
    const { id } = recordOf(PDF);
    const path = { id };
    await shelf.call('DELETE /api/v1/media/{id}', { path, signal });
    expect(!(await list({})).some((each) => each.id === id), 'a deleted record is still listed');
    await shelf.call('POST /api/v1/media/{id}/restore', { path, signal });
    expect(
      (await list({})).some((each) => each.id === id),
      'a restored record is not listed',
    );
    return 'deleted, restored';
  },
});

const clear = (attempt: Attempt): Step => ({
  name: 'delete for good',
  needs: [SIGN_IN],
  lookAt: 'the logs of delete-media and purge-media',
  run: async (signal) => {
    const { shelf, list, live } = attempt;
    live?.close();
    const listed = await list({});
    for (const { id } of listed) await shelf.call('DELETE /api/v1/media/{id}', { path: { id }, signal });
    const { data: gone } = await shelf.call('GET /api/v1/trash', { query: { limit: 100 }, signal });
    for (const { id } of gone) await shelf.call('DELETE /api/v1/trash/{id}', { path: { id }, signal });
    const { records: left } = await shelf.call('GET /api/v1/usage', { signal });
    return `${gone.length} records, ${JSON.stringify(left)} left`;
  },
});

/** The main job, step by step, in a team that has nothing else in it. */
export const mainJob = (tried: Tried): { readonly steps: readonly Step[] } => {
  const attempt = newAttempt(tried);
  const uploads = [IMAGE, PDF, FILM].map((sample) => upload(attempt, sample));
  const uses = [hear, fetchBack, search, tag, trash, clear].map((step) => step(attempt));
  return { steps: [signIn(attempt), listen(attempt), ...uploads, ...uses] };
};
