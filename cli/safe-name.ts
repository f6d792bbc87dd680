import { isObeyed } from './obeyed-names.ts';

/** The longest name of today's file systems, in bytes of UTF-8. */
const LONGEST = 255;
/** A longer ending does not count as one: a shortened name keeps an ending of up to so many bytes. */
const LONGEST_ENDING = 32;

/** Separators of paths and of streams, and what Windows refuses; half characters and what moves a cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const REFUSED = /[/\\:*?"<>|\u0000-\u001f\u007f-\u009f\ufffd\p{Surrogate}]/gu;
/**
 * Invisible characters, and those that change the direction of text. Joiners and selectors between others combine them into one
 * sign.
 */
const UNSEEN = /[[\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]--[\u200c\u200d\ufe0e\ufe0f]]/gv;
/** Some file systems ignore the joiners, so a name that begins with one begins with the next character. */
const UNSEEN_AT_THE_ENDS = /^(?:\s|\u200c|\u200d|\ufe0e|\ufe0f)+|(?:\s|\.|\u200c|\u200d)+$/g;

const bytes = (text: string): number => Buffer.byteLength(text);

/** As many whole signs from the beginning as fit. */
const cut = (text: string, room: number): string => {
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (bytes(kept) + bytes(segment) > room) break;
    kept += segment;
  }
  return kept;
};

/** The ending of a name with its dot; empty if there is none. */
const endingOf = (name: string): string => /[^.](\.[^.]+)$/.exec(name)?.[1] ?? '';

/**
 * Makes a file name of a text from the library. It names one file in one folder, on every system: never another folder, a
 * hidden file, a device, an option of a command, or a file that programs act on.
 *
 * @param ending kept if the name is too long; by default the text after its last dot
 */
export const safeName = (text: string, ending?: string): string => {
  const visible = text
    .replaceAll(UNSEEN, '')
    .normalize('NFC')
    .replaceAll(REFUSED, '_')
    .replaceAll(UNSEEN_AT_THE_ENDS, '');
  // A dot hides a file, a hyphen makes it an option, a tilde is a home folder to a shell.
  const open = visible.replace(/^[.~-]+/, (hidden) => '_'.repeat(hidden.length));
  const name = isObeyed(open) ? `_${open}` : open;
  if (name === '') return 'file';
  if (bytes(name) <= LONGEST) return name;
  const last = ending ?? endingOf(name);
  const kept = bytes(last) <= LONGEST_ENDING && name.endsWith(last) ? last : '';
  const stem = cut(name.slice(0, name.length - kept.length), LONGEST - bytes(kept));
  return `${stem}${kept}`.replaceAll(UNSEEN_AT_THE_ENDS, '');
};
