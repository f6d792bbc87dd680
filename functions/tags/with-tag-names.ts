import type { Call } from '../domain/call.ts';
import type { MediaRecord, ShownMedia } from '../domain/media.ts';
import type { ShowTags } from '../library/tag-store.ts';

/** A use case that answers a record, with the names of the record's tags joined in. */
export const withTagNames =
  <Input>(show: ShowTags, useCase: (call: Call<Input>) => Promise<MediaRecord>) =>
  async (call: Call<Input>): Promise<ShownMedia> => {
    const record = await useCase(call);
    const [shown] = await show([record]);
    return shown ?? { ...record, tags: [] };
  };
