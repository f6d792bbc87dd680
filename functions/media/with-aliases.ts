import type { Call } from '../domain/call.ts';
import type { ShownMedia } from '../domain/media.ts';
import type { AliasStore } from '../library/alias-store.ts';
import type { ListedMedia, ListMedia } from './list-media.ts';

export interface NumberedPage extends Omit<ListedMedia, 'items'> {
  readonly items: readonly (ShownMedia & { readonly alias: number })[];
}

/** Records that get their numbers concurrently. */
const AT_ONCE = 20;

/**
 * A page whose records all have numbers. Those from before there were numbers get theirs when they are listed by number for
 * the first time; until then no client knows a number of theirs.
 */
export const withAliases =
  (aliases: Pick<AliasStore, 'allot'>, list: (call: Call<ListMedia>) => Promise<ListedMedia>) =>
  async (call: Call<ListMedia>): Promise<NumberedPage> => {
    const { items, ...page } = await list(call);
    const found: NumberedPage['items'][number][] = [];
    for (let at = 0; at < items.length; at += AT_ONCE) {
      const some = items.slice(at, at + AT_ONCE);
      const aliased = await Promise.all(some.map(async ({ id, alias }) => alias ?? (await aliases.allot(id))));
      found.push(
        ...some.flatMap((record, index) => {
          const alias = aliased[index];
          return alias === undefined ? [] : [{ ...record, alias }];
        }),
      );
    }
    return { ...page, items: found };
  };
