import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { MediaRecord, ShownMedia } from '../domain/media.ts';
import type { ShowTags } from '../library/tag-store.ts';

/** A use case that answers a record, or refuses with it, with the names of the record's tags joined in. */
export const withTagNames = <Input>(show: ShowTags, answer: (call: Call<Input>) => Promise<MediaRecord>) => {
  const named = async (record: MediaRecord): Promise<ShownMedia> => {
    const [shown] = await show([record]);
    return shown ?? { ...record, tags: [] };
  };
  return async (call: Call<Input>): Promise<ShownMedia> => {
    const record = await answer(call).catch(async (error: unknown) => {
      if (!(error instanceof MediaError) || !error.current) throw error;
      throw new MediaError(error.code, error.message, { current: await named(error.current) });
    });
    return named(record);
  };
};
