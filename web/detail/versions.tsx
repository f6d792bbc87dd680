import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { Button } from 'react-aria-components';
import { type Media, MediashelfError } from '../../client/browser.ts';
import { renditionAddress } from '../api/addresses.ts';
import { inWords } from '../api/errors.ts';
import { useLocalChanges } from '../gallery/use-library.tsx';
import { useMay, useShelf } from '../session/use-session.ts';
import { Failure } from '../ui/failure.tsx';
import { Icon } from '../ui/icon.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';

/** Browsers keep the answer of an address for minutes; after a replacement they have to ask again. */
const refreshPictures = (media: Media): Promise<unknown> =>
  Promise.all(
    (['small', 'medium', 'large'] as const).map((size) => {
      const address = renditionAddress(media, size);
      return address && fetch(address, { cache: 'reload', mode: 'no-cors' }).catch(() => undefined);
    }),
  );

/** The files that a record had, and the way to another. */
export const Versions = ({ media }: { readonly media: Media }) => {
  const words = useWords();
  const format = useFormat();
  const shelf = useShelf();
  const may = useMay();
  const queries = useQueryClient();
  const local = useLocalChanges();
  const input = useRef<HTMLInputElement>(null);
  const path = { id: media.id };
  const versions = useQuery({
    queryKey: ['versions', media.id, media.version],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media/{id}/versions', { path, signal }),
  });
  const took = async (changed: Media): Promise<void> => {
    await refreshPictures(changed);
    queries.setQueryData(['media', media.id], changed);
    local.changed(changed);
    void queries.invalidateQueries({ queryKey: ['versions', media.id] });
  };
  const failed = (error: unknown): void => notify(inWords(error, words), { kind: 'error' });
  const restore = useMutation({
    mutationFn: (version: string) =>
      shelf.call('POST /api/v1/media/{id}/versions/{version}/restore', { path: { ...path, version } }),
    onSuccess: async (changed) => {
      await took(changed);
      notify(words.versions.restored);
    },
    onError: failed,
  });
  const replace = useMutation({
    mutationFn: async (file: File) => {
      const { status, code, message } = await shelf.upload(file, { fields: { replaces: media.id } });
      if (status !== 'active') throw new MediashelfError(code ?? status, message ?? status);
      return shelf.call('GET /api/v1/media/{id}', { path });
    },
    onSuccess: took,
    onError: failed,
  });
  if (versions.error) return <Failure error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data) return <Loading />;
  return (
    <div className="versions">
      <p className="quiet">{words.versions.help}</p>
      <ul>
        {versions.data.map((version) => (
          <li key={version.id} className="version">
            <div>
              <bdi className="name">{version.filename}</bdi>
              <span className="quiet">
                {format.bytes(version.fileSize)}
                {version.width !== null &&
                  version.height !== null &&
                  ` · ${format.number(version.width)} × ${format.number(version.height)}`}
                {version.replacedAt && ` · ${words.versions.replacedAt(format.time(version.replacedAt))}`}
                {version.keptUntil && ` · ${words.versions.until(format.date(version.keptUntil))}`}
              </span>
            </div>
            {version.current ? (
              <span className="chip good">{words.versions.current}</span>
            ) : (
              may('media:update') && (
                <Button
                  className="button small"
                  isPending={restore.isPending}
                  onPress={() => restore.mutate(version.id)}
                >
                  <Icon name="restore" />
                  {words.versions.restore}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
      {versions.data.length < 2 && <p className="quiet">{words.versions.none}</p>}
      {may('media:update') && (
        <div>
          <input
            ref={input}
            type="file"
            hidden
            aria-label={words.versions.replace}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              if (file) replace.mutate(file);
              event.currentTarget.value = '';
            }}
          />
          <Button className="button" isPending={replace.isPending} onPress={() => input.current?.click()}>
            <Icon name="upload" />
            {words.versions.replace}
          </Button>
          {replace.isPending && (
            <p role="status" className="quiet">
              {words.versions.replacing}
            </p>
          )}
        </div>
      )}
    </div>
  );
};
