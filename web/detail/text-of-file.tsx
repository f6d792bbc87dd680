import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import type { Media } from '../../client/browser.ts';
import { inWords } from '../api/errors.ts';
import { useShelf } from '../session/use-session.ts';
import { useRealtime } from '../shell/live.tsx';
import { copyText } from '../ui/copy-text.ts';
import { Icon } from '../ui/icon.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';

/** Events tell when a text is read; a look now and then finds those that got lost. */
const LOOKS_MS = 4000;

/** The text in a file, read or recognised, to be copied. */
export const TextOfFile = ({ media }: { readonly media: Media }) => {
  const words = useWords();
  const format = useFormat();
  const shelf = useShelf();
  const queries = useQueryClient();
  const realtime = useRealtime();
  const queryKey = ['text', media.id, media.checksum];
  const path = { id: media.id };
  const read = useMutation({
    mutationFn: () => shelf.call('POST /api/v1/media/{id}/extract-text', { path, body: {} }),
    onSuccess: (result) => queries.setQueryData(queryKey, result),
    onError: (error) => notify(inWords(error, words), { kind: 'error' }),
  });
  const text = useQuery({
    queryKey,
    enabled: false,
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media/{id}/text', { path, signal }),
    initialData: read.data,
  });
  const isWorking = text.data?.status === 'processing';
  const { refetch } = text;
  useEffect(() => {
    if (!isWorking) return undefined;
    const look = (): void => void refetch();
    const timer = setInterval(look, LOOKS_MS);
    const stops = [realtime.on('media.text-extracted', look), realtime.on('media.text-failed', look)];
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    };
  }, [isWorking, refetch, realtime]);

  const pages = text.data?.pages?.filter((page) => page.text.trim() !== '') ?? [];
  const whole = text.data?.text ?? pages.map((page) => page.text).join('\n\n');
  return (
    <div className="text-of-file">
      <p className="quiet">{words.text.help}</p>
      {!text.data && (
        <Button className="button" isPending={read.isPending} onPress={() => read.mutate()}>
          <Icon name="text" />
          {words.text.extract}
        </Button>
      )}
      {isWorking && (
        <>
          <p role="status">{words.text.working}</p>
          <Loading />
        </>
      )}
      {text.data?.status === 'failed' && <p className="form-error">{text.data.message ?? words.text.failed}</p>}
      {text.data?.status === 'done' &&
        (whole.trim() === '' ? (
          <p>{words.text.none}</p>
        ) : (
          <>
            <Button
              className="button small"
              onPress={() => void copyText(whole).then(() => notify(words.common.copied))}
            >
              <Icon name="copy" />
              {words.text.copy}
            </Button>
            {pages.length > 1 ? (
              pages.map(({ number, text: each }) => (
                <section key={number}>
                  <h3>{words.text.page(format.number(number))}</h3>
                  <p className="recognised" dir="auto">
                    {each}
                  </p>
                </section>
              ))
            ) : (
              <p className="recognised" dir="auto">
                {whole}
              </p>
            )}
            {text.data.truncated && <p className="quiet">{words.text.truncated}</p>}
          </>
        ))}
    </div>
  );
};
