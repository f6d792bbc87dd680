import { useQuery } from '@tanstack/react-query';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useMay, useShelf } from '../session/use-session.ts';
import { Icon } from '../ui/icon.tsx';
import { notify } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { useWords } from '../words/use-words.tsx';

/** The API takes as many in one call. */
const MOST_AT_ONCE = 100;
const NEW = 'new';

/** Puts files at the end of a collection, or into a new one. */
export const AddToCollection = ({ ids, name }: { readonly ids: readonly string[]; readonly name: string }) => {
  const { collections: words } = useWords();
  const shelf = useShelf();
  const may = useMay();
  const known = useQuery({
    queryKey: ['collections'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/collections', { signal }),
  });
  const add = useAction({
    run: async (chosen: string) => {
      const target =
        chosen === NEW
          ? await shelf.call('POST /api/v1/collections', { body: { name } })
          : known.data?.find(({ id }) => id === chosen);
      if (!target) return undefined;
      for (let start = 0; start < ids.length; start += MOST_AT_ONCE) {
        const body = { mediaIds: ids.slice(start, start + MOST_AT_ONCE) };
        await shelf.call('POST /api/v1/collections/{id}/items', { path: { id: target.id }, body });
      }
      return target.name;
    },
    changes: [['collections'], ['collected']],
    onDone: (target) => target !== undefined && notify(words.added(ids.length, target)),
  });
  if (!may('media:update')) return null;
  return (
    <MenuTrigger>
      <Button className="button small" isPending={add.isPending}>
        <Icon name="folder" />
        {words.add}
      </Button>
      <Popover className="popover">
        <Menu className="options" onAction={(key) => add.mutate(String(key))}>
          <MenuItem id={NEW} className="option">
            <Icon name="add" />
            {words.createNew}
          </MenuItem>
          {(known.data ?? []).map((each) => (
            <MenuItem key={each.id} id={each.id} className="option" textValue={each.name}>
              <bdi className="name">{each.name}</bdi>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
};
