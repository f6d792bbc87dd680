import { useEffect, useState } from 'react';
import type { Media } from '../../client/browser.ts';
import { ownAddress, renditionAddress } from '../api/addresses.ts';
import { iconOf, titleOf } from '../gallery/names.ts';
import { placeholderOf } from '../gallery/placeholder.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';

/** Bytes of a text file that are shown. */
const SHOWN_TEXT = 200_000;

const Picture = ({ media, address }: { readonly media: Media; readonly address: string }) => {
  const size = media.renditions.large ?? media.renditions.medium;
  const placeholder = placeholderOf(media.thumbhash);
  return (
    <img
      key={address}
      className="stage-picture"
      src={address}
      alt={media.alt ?? titleOf(media)}
      width={size?.width}
      height={size?.height}
      style={placeholder ? { backgroundImage: `url("${placeholder}")` } : undefined}
    />
  );
};

const Pages = ({ media }: { readonly media: Media }) => {
  const { detail } = useWords();
  const format = useFormat();
  const [page, setPage] = useState(1);
  const pages = media.pages ?? 1;
  const base = ownAddress(media.url);
  return (
    <div className="stage-pages">
      <img
        className="stage-picture paper"
        src={`${base}?rendition=large&page=${page}`}
        alt={`${titleOf(media)}, ${detail.page(format.number(page), format.number(pages))}`}
      />
      {pages > 1 && (
        <div className="stage-pager">
          <IconButton
            icon="previous"
            label={detail.previousPage}
            isDisabled={page === 1}
            onPress={() => setPage(page - 1)}
          />
          <span>{detail.page(format.number(page), format.number(pages))}</span>
          <IconButton
            icon="next"
            label={detail.nextPage}
            isDisabled={page === pages}
            onPress={() => setPage(page + 1)}
          />
        </div>
      )}
    </div>
  );
};

/** The start of a text file, as text: whatever it says, it is no part of the page. */
const PlainText = ({ media, address }: { readonly media: Media; readonly address: string }) => {
  const [text, setText] = useState<string>();
  useEffect(() => {
    const stop = new AbortController();
    fetch(address, { signal: stop.signal, headers: { range: `bytes=0-${SHOWN_TEXT - 1}` } })
      .then((response) => (response.ok ? response.text() : ''))
      .then(setText, () => undefined);
    return () => stop.abort();
  }, [address]);
  return (
    <pre className="stage-text" dir="auto" tabIndex={0} role="region" aria-label={titleOf(media)}>
      {text}
    </pre>
  );
};

/** What a file looks or sounds like. Its bytes come from the storage, never as a document of this page's origin. */
export const Stage = ({ media }: { readonly media: Media }) => {
  const { detail } = useWords();
  const address = ownAddress(media.url);
  const [picture] = useState(() => renditionAddress(media, 'large'));
  const content = () => {
    if (!address) return undefined;
    if (media.mimeType.startsWith('video/')) {
      return (
        <video
          className="stage-film"
          src={address}
          poster={picture}
          controls
          preload="metadata"
          aria-label={detail.playVideo(titleOf(media))}
        />
      );
    }
    if (media.mimeType.startsWith('audio/')) {
      return (
        <div className="stage-sound">
          {picture && <img src={picture} alt="" />}
          <audio src={address} controls preload="metadata" aria-label={detail.playAudio(titleOf(media))} />
        </div>
      );
    }
    if (media.mimeType === 'application/pdf') return <Pages media={media} />;
    if (/^text\/(?:plain|csv|markdown)$/.test(media.mimeType)) return <PlainText media={media} address={address} />;
    return picture && <Picture media={media} address={picture} />;
  };
  return (
    <div className="stage">
      {content() ?? (
        <div className="stage-none">
          <Icon name={iconOf(media.mimeType)} />
          <p>{detail.noPreview}</p>
        </div>
      )}
    </div>
  );
};
