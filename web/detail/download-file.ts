import type { Media } from '../../client/browser.ts';
import { savedName } from './saved-name.ts';

/** Up to this size a file is fetched and saved under its name; a larger one is opened, and the browser saves it. */
const LARGEST_FETCHED = 200 * 2 ** 20;

const follow = (href: string, attributes: { readonly download?: string; readonly target?: string }): void => {
  const link = document.createElement('a');
  Object.assign(link, { href, rel: 'noopener', ...attributes });
  link.click();
};

/** Saves the original of a file. */
export const downloadFile = async (
  address: string,
  { filename, fileSize, mimeType }: Pick<Media, 'filename' | 'fileSize' | 'mimeType'>,
): Promise<void> => {
  if (fileSize > LARGEST_FETCHED) {
    follow(address, { target: '_blank' });
    return;
  }
  const response = await fetch(address);
  if (!response.ok) throw new Error(String(response.status));
  const url = URL.createObjectURL(await response.blob());
  follow(url, { download: savedName(filename, mimeType) });
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};
