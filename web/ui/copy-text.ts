/** Puts a text into the clipboard. */
export const copyText = (text: string): Promise<void> => navigator.clipboard.writeText(text);
