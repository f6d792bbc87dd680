/**
 * What a test asks of a page with Uppy. Both versions are driven the same way: `use` puts the plugin of one of them in, and
 * everything below is what any page could write. Parts have five MiB and are sent one at a time, so that there is a moment
 * between two of them.
 */
export const drive = ({ Uppy, GoldenRetriever, use }) => {
  const filmOf = async () => (await fetch('/film.mp4')).blob();
  const heard = [];
  const asked = [];
  let uppy;

  /** Tells which requests the page sent, and lets a test change the answer to one. */
  const original = globalThis.fetch;
  let expireNext = false;
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    asked.push(
      `${init?.method ?? 'GET'} ${new URL(input instanceof Request ? input.url : input, location.href).pathname}`,
    );
    if (!expireNext || !/multipart\/[^/]+\/\d+$/.test(asked.at(-1))) return response;
    expireNext = false;
    const { url, ...rest } = await response.json();
    const old = new URL(url);
    old.searchParams.set(
      'X-Amz-Credential',
      old.searchParams.get('X-Amz-Credential').replace(/\/\d{8}\//, '/20200101/'),
    );
    old.searchParams.set('X-Amz-Date', '20200101T000000Z');
    return new Response(JSON.stringify({ ...rest, url: old.href }), {
      headers: { 'content-type': 'application/json' },
    });
  };

  const make = (endpoint, { id = crypto.randomUUID(), parts = false } = {}) => {
    heard.length = 0;
    uppy = new Uppy({ id });
    use(uppy, { endpoint, limit: 1, shouldUseMultipart: parts });
    uppy.on('s3-multipart:part-uploaded', (_, { PartNumber }) => heard.push(PartNumber));
    uppy.use(GoldenRetriever, { indexedDB: { maxFileSize: 2 ** 26 } });
  };

  const add = (name, type, data, meta = {}) => uppy.addFile({ name, type, data, meta });

  const outcome = ({ successful = [], failed = [] } = {}) => ({
    successful: successful.map(({ response, uploadURL }) => ({ key: response.body.key, uploadURL })),
    failed: failed.map(({ error }) => String(error?.message ?? error)),
    parts: [...heard],
  });

  /** Begins to upload the film and stops after its first part. */
  const untilFirstPart = async (meta) => {
    add('film.mp4', 'video/mp4', await filmOf(), meta);
    const paused = new Promise((resolve) => {
      uppy.once('s3-multipart:part-uploaded', () => {
        uppy.pauseAll();
        resolve();
      });
    });
    uppy.done = uppy.upload();
    await paused;
    const [file] = uppy.getFiles();
    return { parts: [...heard], s3Multipart: file.s3Multipart };
  };

  return {
    single: async (endpoint, text, meta) => {
      make(endpoint);
      add('said.txt', 'text/plain', new Blob([text]), meta);
      return outcome(await uppy.upload());
    },
    refused: async (endpoint) => {
      make(endpoint);
      add('page.html', 'text/html', new Blob(['<p>']));
      return outcome(await uppy.upload());
    },
    inParts: async (endpoint, meta) => {
      make(endpoint, { parts: true });
      add('film.mp4', 'video/mp4', await filmOf(), meta);
      return outcome(await uppy.upload());
    },
    pause: (endpoint, id) => {
      make(endpoint, { id, parts: true });
      return untilFirstPart({});
    },
    resume: async () => {
      uppy.resumeAll();
      return outcome(await uppy.done);
    },
    cancel: async () => {
      uppy.cancelAll();
      return uppy.getFiles().length;
    },
    expire: async (endpoint) => {
      make(endpoint, { parts: true });
      expireNext = true;
      add('film.mp4', 'video/mp4', await filmOf());
      const first = outcome(await uppy.upload());
      return first.failed.length === 0 ? { first, retried: first } : { first, retried: outcome(await uppy.retryAll()) };
    },
    /** Waits until a page that comes after this one would find everything again. */
    kept: async (id, { uploadId }) => {
      for (let round = 0; round < 100; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const found = await stored(id, uploadId);
        if (found) return found;
      }
      throw new Error('nothing was kept');
    },
    /** In a new page: finds what the former one kept, and finishes it. */
    restore: async (endpoint, id) => {
      make(endpoint, { id, parts: true });
      await new Promise((resolve) => uppy.once('restored', resolve));
      const done = new Promise((resolve) => uppy.once('complete', resolve));
      uppy.emit('restore-confirmed');
      return outcome(await done);
    },
    /** On another device: the same file, and the place where the first one left it. */
    takeOver: async (endpoint, s3Multipart) => {
      make(endpoint, { parts: true });
      const id = add('film.mp4', 'video/mp4', await filmOf());
      uppy.setFileState(id, { s3Multipart });
      return outcome(await uppy.upload());
    },
    asked: () => asked.splice(0),
  };
};

/**
 * The blob of the file of this Uppy, and what says where its upload stands; undefined before both are there. What uploads
 * before it left in the browser does not count.
 */
const stored = async (id, uploadId) => {
  const kept = { blobs: 0, places: 0 };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => {
      indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result);
    });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((resolve) => {
        database.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => resolve(target.result);
      });
      kept.blobs += rows.filter((row) => row.store === id && row.data instanceof Blob).length;
      kept.places += rows.filter((row) => JSON.stringify(row).includes(uploadId)).length;
    }
    database.close();
  }
  kept.places += Object.values({ ...localStorage }).filter((text) => text.includes(uploadId)).length;
  return kept.blobs > 0 && kept.places > 0 ? kept : undefined;
};
