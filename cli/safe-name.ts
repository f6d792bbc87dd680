import { isObeyed } from './obeyed-names.ts';

/** What no file system of today takes more of, in bytes of UTF-8. */
const LONGEST = 255;
/** An ending that is longer is none: a name that is cut keeps one of up to so many bytes. */
const LONGEST_ENDING = 32;

/** Separators of paths and of streams, and what Windows refuses; half characters and what moves a cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const REFUSED = /[/\\:*?"<>|\u0000-\u001f\u007f-\u009f\ufffd\p{Surrogate}]/gu;
/** Characters that show nothing or turn the line around. Joiners and selectors between others make one sign of them. */
const UNSEEN = /[[\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]--[\u200c\u200d\ufe0e\ufe0f]]/gv;
/** Some file systems do not count the joiners, so that a name which begins with one begins with what follows. */
const UNSEEN_AT_THE_ENDS = /^(?:\s|\u200c|\u200d|\ufe0e|\ufe0f)+|(?:\s|\.|\u200c|\u200d)+$/g;

const bytes = (text: string): number => Buffer.byteLength(text);

/** As many whole signs from the beginning as have room. */
const cut = (text: string, room: number): string => {
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (bytes(kept) + bytes(segment) > room) break;
    kept += segment;
  }
  return kept;
};

/** The ending of a name with its dot; nothing where there is none. */
const endingOf = (name: string): string => /[^.](\.[^.]+)$/.exec(name)?.[1] ?? '';

/**
 * Makes a file name of a text that the library sent. It names one file in one folder, on every system: never another
 * folder, a hidden file, a device, an option of a command, or a file that programs obey because it lies there.
 *
 * @param ending kept where the name is too long; by default what stands behind its last dot
 */
export const safeName = (text: string, ending?: string): string => {
  const visible = text
    .replaceAll(UNSEEN, '')
    .normalize('NFC')
    .replaceAll(REFUSED, '_')
    .replaceAll(UNSEEN_AT_THE_ENDS, '');
  // A dot hides, a hyphen makes an option of it, a tilde is a home folder to a shell.
  const open = visible.replace(/^[.~-]+/, (hidden) => '_'.repeat(hidden.length));
  const name = isObeyed(open) ? `_${open}` : open;
  if (name === '') return 'file';
  if (bytes(name) <= LONGEST) return name;
  const last = ending ?? endingOf(name);
  const kept = bytes(last) <= LONGEST_ENDING && name.endsWith(last) ? last : '';
  const stem = cut(name.slice(0, name.length - kept.length), LONGEST - bytes(kept));
  return `${stem}${kept}`.replaceAll(UNSEEN_AT_THE_ENDS, '');
};
