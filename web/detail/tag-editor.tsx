import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  ComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Tag,
  TagGroup,
  TagList,
} from 'react-aria-components';
import type { Media } from '../../client/browser.ts';
import { inWords } from '../api/errors.ts';
import { useLocalChanges } from '../gallery/use-library.tsx';
import { useMay, useShelf } from '../session/use-session.ts';
import { Icon } from '../ui/icon.tsx';
import { notify } from '../ui/notices.tsx';
import { useWords } from '../words/use-words.tsx';

const NEW = 'new:';

type Act = { readonly add: string } | { readonly remove: string };

/** Adds a tag to a file, or takes one from it. A tag that is not known yet is created first. */
const useTagChange = (media: Media) => {
  const words = useWords();
  const shelf = useShelf();
  const queries = useQueryClient();
  const local = useLocalChanges();
  const path = { id: media.id };
  return useMutation({
    mutationFn: async (act: Act) => {
      if ('remove' in act) await shelf.call('DELETE /api/v1/media/{id}/tags', { path, query: { tagId: act.remove } });
      else {
        const isNew = act.add.startsWith(NEW);
        const tagId = isNew
          ? (await shelf.call('POST /api/v1/media-tags', { body: { name: act.add.slice(NEW.length) } })).id
          : act.add;
        if (isNew) void queries.invalidateQueries({ queryKey: ['tags'] });
        await shelf.call('POST /api/v1/media/{id}/tags', { path, body: { tagId } });
      }
      return shelf.call('GET /api/v1/media/{id}', { path });
    },
    onSuccess: (changed) => {
      queries.setQueryData(['media', media.id], changed);
      local.changed(changed);
    },
    onError: (error) => notify(inWords(error, words), { kind: 'error' }),
  });
};

/** The tags that can be added for a text, among them the one of that name that would be new. */
const useTagOptions = (media: Media, text: string) => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const known = useQuery({
    queryKey: ['tags'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media-tags', { signal }),
  });
  const wanted = text.trim();
  const has = new Set(media.tags.map(({ id }) => id));
  const matching = (known.data ?? [])
    .filter(({ id, name }) => !has.has(id) && name.toLowerCase().includes(wanted.toLowerCase()))
    .slice(0, 30);
  const isNew =
    wanted !== '' && ![...(known.data ?? [])].some(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  return [
    ...matching.map(({ id, name }) => ({ id, name })),
    ...(isNew && may('media:create') ? [{ id: NEW + wanted, name: words.edit.newTag(wanted) }] : []),
  ];
};

/** The tags of a file: those that it has, and a field that finds or creates others. */
export const TagEditor = ({ media }: { readonly media: Media }) => {
  const words = useWords();
  const may = useMay();
  const change = useTagChange(media);
  return (
    <div className="tag-editor">
      <TagGroup
        className="field"
        onRemove={
          may('media:delete')
            ? (keys) => {
                for (const key of keys) change.mutate({ remove: String(key) });
              }
            : undefined
        }
      >
        <Label className="label">{words.edit.tags}</Label>
        <TagList
          className="chips"
          items={media.tags}
          renderEmptyState={() => <span className="quiet">{words.common.none}</span>}
        >
          {({ id, name }) => (
            <Tag id={id} className="chip" textValue={name}>
              {({ allowsRemoving }) => (
                <>
                  <bdi className="name">{name}</bdi>
                  {allowsRemoving && (
                    <Button slot="remove" className="chip-remove" aria-label={words.edit.removeTag(name)}>
                      <Icon name="clear" />
                    </Button>
                  )}
                </>
              )}
            </Tag>
          )}
        </TagList>
      </TagGroup>
      {may('media:update') && <AddTag media={media} onAdd={(add) => change.mutate({ add })} />}
    </div>
  );
};

const AddTag = ({ media, onAdd }: { readonly media: Media; readonly onAdd: (id: string) => void }) => {
  const words = useWords();
  const [text, setText] = useState('');
  const options = useTagOptions(media, text);
  return (
    <ComboBox
      className="field"
      aria-label={words.edit.addTag}
      inputValue={text}
      onInputChange={setText}
      selectedKey={null}
      onSelectionChange={(key) => {
        if (key === null) return;
        onAdd(String(key));
        setText('');
      }}
      items={options}
      menuTrigger="focus"
    >
      <Input className="input" placeholder={words.edit.addTag} dir="auto" maxLength={100} />
      <Popover className="popover">
        <ListBox className="options">
          {({ id, name }: { readonly id: string; readonly name: string }) => (
            <ListBoxItem id={id} className="option" textValue={name}>
              <bdi className="name">{name}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
};
