/** Files of one drop or folder; more would be listed for minutes. */
const MOST_FILES = 20_000;

const filesOfEntry = async (entry: FileSystemEntry, found: File[]): Promise<void> => {
  if (found.length >= MOST_FILES) return;
  if (entry.isFile) {
    found.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader answers a hundred entries at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<readonly FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries((some) => resolve(some), reject),
    );
    if (entries.length === 0) return;
    for (const each of entries) await filesOfEntry(each, found);
  }
};

const isHidden = ({ name }: File): boolean => name.startsWith('.');

/** The files of a drop or paste, those in dropped folders included. */
export const filesOf = async (data: DataTransfer): Promise<readonly File[]> => {
  // Entries have to be taken before the event is over.
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...data.files];
  const found: File[] = [];
  for (const entry of entries) await filesOfEntry(entry, found);
  return found.filter((file) => !isHidden(file));
};

export const carriesFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') ?? false;
