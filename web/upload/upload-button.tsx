import { useEffect, useRef } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useMay } from '../session/use-session.ts';
import { isTyping } from '../shell/typing.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/use-words.tsx';
import { useUploadTags } from './upload-target.ts';
import { useUploads } from './use-uploads.tsx';

/** Chooses files or a folder to upload. A role that may not add files has no such button. */
export const UploadButton = ({ small = false }: { readonly small?: boolean }) => {
  const { upload } = useWords();
  const may = useMay();
  const queue = useUploads();
  const { tagIds } = useUploadTags();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const isUsable = may('media:create');

  useEffect(() => {
    if (!isUsable) return undefined;
    const press = (event: KeyboardEvent): void => {
      // Of several buttons, the one that is shown.
      if (
        event.key.toLowerCase() !== 'u' ||
        isTyping(event) ||
        files.current?.closest('header')?.checkVisibility() === false
      )
        return;
      if (!files.current?.closest('header')) return;
      event.preventDefault();
      files.current.click();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [isUsable]);
  if (!isUsable) return null;

  const take = (input: HTMLInputElement): void => {
    queue.add([...(input.files ?? [])], tagIds);
    input.value = '';
  };
  const input = (ref: typeof files, attributes: object, name: string) => (
    <input
      ref={ref}
      type="file"
      multiple
      hidden
      aria-label={name}
      onChange={(event) => take(event.currentTarget)}
      {...attributes}
    />
  );
  return (
    <div className="upload-button">
      {input(files, {}, upload.files)}
      {input(folder, { webkitdirectory: '' }, upload.folder)}
      <MenuTrigger>
        <Button className={small ? 'button primary small' : 'button primary wide'}>
          <Icon name="upload" />
          {upload.button}
        </Button>
        <Popover className="popover">
          <Menu className="options" onAction={(key) => (key === 'files' ? files : folder).current?.click()}>
            <MenuItem id="files" className="option">
              <Icon name="image" />
              {upload.files}
            </MenuItem>
            <MenuItem id="folder" className="option">
              <Icon name="folder" />
              {upload.folder}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
};
