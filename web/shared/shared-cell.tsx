import { useEffect, useState } from 'react';
import { iconOf, titleOf } from '../gallery/names.ts';
import { placeholderOf } from '../gallery/placeholder.ts';
import { Icon } from '../ui/icon.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';
import { download } from './download.ts';
import type { SharedFile, Visit } from './visit.ts';

/** A picture that asks for another address when its own opens no more. One that is there stays, whatever its address does. */
export const SharedPicture = ({ file, visit }: { readonly file: SharedFile; readonly visit: Visit }) => {
  const { medium, small } = file.renditions;
  const listed = (medium ?? small)?.url;
  const [source, setSource] = useState(listed);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    if (!hasFailed || listed === source) return;
    setFailed(false);
    setSource(listed);
  }, [hasFailed, listed, source]);
  const placeholder = placeholderOf(file.thumbhash);
  if (!source) return <Icon name={iconOf(file.mimeType)} />;
  return (
    <>
      {placeholder && <img className="shared-placeholder" src={placeholder} alt="" />}
      <img
        src={source}
        alt={file.alt ?? ''}
        loading="lazy"
        onError={() => {
          setFailed(true);
          void visit.renew();
        }}
      />
    </>
  );
};

/** One file of a share link. */
export const SharedCell = ({
  file,
  visit,
  onOpen,
}: {
  readonly file: SharedFile;
  readonly visit: Visit;
  readonly onOpen: () => void;
}) => {
  const { shared } = useWords();
  const format = useFormat();
  const name = titleOf(file);
  return (
    <li>
      <button type="button" className="shared-picture" aria-label={shared.show(name)} onClick={onOpen}>
        <SharedPicture file={file} visit={visit} />
      </button>
      <span className="shared-name">
        <bdi className="name" title={name}>
          {name}
        </bdi>
        <span className="quiet">{format.bytes(file.fileSize)}</span>
      </span>
      <button
        type="button"
        className="button plain small square"
        aria-label={shared.download(name)}
        onClick={() => void download(visit, file)}
      >
        <Icon name="download" />
      </button>
    </li>
  );
};
