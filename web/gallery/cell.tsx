import { memo, useState } from 'react';
import type { Media } from '../../client/browser.ts';
import { renditionAddress } from '../api/addresses.ts';
import { Icon } from '../ui/icon.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';
import { iconOf, titleOf } from './names.ts';
import { placeholderOf } from './placeholder.ts';

export interface CellProps {
  readonly media: Media;
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  readonly isList: boolean;
  readonly column: number;
}

const Preview = ({ media, isList }: Pick<CellProps, 'media' | 'isList'>) => {
  const [isLost, setLost] = useState(false);
  // Decided once: an address that ends later is no reason to load the picture again.
  const [address] = useState(() => renditionAddress(media, isList ? 'small' : 'medium'));
  const placeholder = placeholderOf(media.thumbhash);
  return (
    <span
      className="preview"
      style={
        placeholder
          ? { backgroundImage: `url("${placeholder}")` }
          : { backgroundColor: media.dominantColor ?? undefined }
      }
    >
      {address && !isLost ? (
        <img
          src={address}
          alt={isList ? '' : (media.alt ?? titleOf(media))}
          draggable={false}
          decoding="async"
          onError={() => setLost(true)}
        />
      ) : (
        <Icon name={iconOf(media.mimeType)} />
      )}
    </span>
  );
};

/** One file of the gallery. Presses are heard by the grid around it. */
export const GalleryCell = memo(({ media, x, width, height, isSelected, isCurrent, isList, column }: CellProps) => {
  const { detail } = useWords();
  const format = useFormat();
  const isFilm = media.mimeType.startsWith('video/');
  const isPicture = media.mimeType.startsWith('image/');
  const name = titleOf(media);
  const box = isList
    ? { inlineSize: '100%', blockSize: height }
    : { insetInlineStart: x, inlineSize: width, blockSize: height };
  return (
    <div
      role="gridcell"
      aria-selected={isSelected}
      aria-colindex={column}
      tabIndex={isCurrent ? 0 : -1}
      data-id={media.id}
      className={isList ? 'cell in-list' : 'cell'}
      style={box}
    >
      <Preview key={media.version} media={media} isList={isList} />
      <span className="cell-check" data-check="" aria-hidden="true">
        <Icon name="check" />
      </span>
      {isList ? (
        <span className="cell-facts">
          <bdi className="name">{name}</bdi>
          <span className="quiet wide-only">{media.mimeType.split('/').at(-1)}</span>
          <span className="quiet">{format.bytes(media.fileSize)}</span>
          <span className="quiet wide-only">{format.date(media.createdAt)}</span>
        </span>
      ) : (
        <span className={isPicture ? 'cell-caption' : 'cell-caption stays'}>
          {!isPicture && <Icon name={iconOf(media.mimeType)} />}
          <bdi className="name">{name}</bdi>
          {isFilm && media.duration !== null && <span>{format.duration(media.duration)}</span>}
        </span>
      )}
      {media.visibility === 'private' && !isList && (
        <span className="cell-mark" title={detail.visibilities.private}>
          <Icon name="private" />
        </span>
      )}
    </div>
  );
});
