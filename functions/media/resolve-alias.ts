import type { Call } from '../domain/call.ts';
import { notFound } from '../domain/errors.ts';
import type { AliasStore } from '../library/alias-store.ts';

/** The input of a use case, with the record's number in place of its id. */
export type ByAlias<Input extends { readonly id: string }> = Omit<Input, 'id'> & { readonly alias: number };

/** A use case of one record, for callers who know the record by its number. */
export const resolveAlias =
  <Input extends { readonly id: string }, Output>(
    aliases: Pick<AliasStore, 'mediaId'>,
    useCase: (call: Call<Input>) => Promise<Output>,
  ) =>
  async ({ input: { alias, ...input }, principal }: Call<ByAlias<Input>>): Promise<Output> => {
    const id = await aliases.mediaId(alias);
    if (id === undefined) throw notFound();
    return useCase({ input: { ...input, id } as unknown as Input, principal });
  };
