import type { Media } from '../../client/browser.ts';
import { iconOf } from '../gallery/names.ts';
import { placeholderOf } from '../gallery/placeholder.ts';
import { Icon } from './icon.tsx';

/** A small blurred picture of a file whose own is not served any more, or an icon of its kind. */
export const Thumb = ({ media }: { readonly media: Pick<Media, 'thumbhash' | 'mimeType'> }) => {
  const placeholder = placeholderOf(media.thumbhash);
  return (
    <span className="thumb">
      {placeholder ? <img src={placeholder} alt="" /> : <Icon name={iconOf(media.mimeType)} />}
    </span>
  );
};
