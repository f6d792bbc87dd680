import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Button, Form } from 'react-aria-components';
import type { Media } from '../../client/browser.ts';
import { inWords } from '../api/errors.ts';
import { useLocalChanges } from '../gallery/use-library.tsx';
import { useMay, useShelf } from '../session/use-session.ts';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { notify } from '../ui/notices.tsx';
import { useWords } from '../words/use-words.tsx';
import { Conflicts } from './conflicts.tsx';
import {
  type Conflict,
  changesOf,
  conflictsOf,
  type Draft,
  type RecordTexts,
  TEXTS,
  type TextName,
  textsOf,
} from './draft.ts';
import { keepDraft, keptDraft } from './kept-drafts.ts';
import { TagEditor } from './tag-editor.tsx';

const LONG: readonly TextName[] = ['alt', 'caption', 'description'];

/** The form of a file's texts. What another person changed meanwhile is shown beside, and nothing is overwritten unasked. */
export const Texts = ({ media }: { readonly media: Media }) => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const queries = useQueryClient();
  const local = useLocalChanges();
  const [{ draft, base }, setForm] = useState<{ draft: Draft; base: RecordTexts }>(
    () => keptDraft(media.id) ?? { draft: {}, base: textsOf(media) },
  );
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);
  const path = { id: media.id };
  const isEditable = may('media:update');

  // Fields that are not being edited show what others write.
  const latest = textsOf(media);
  const isDirty = Object.keys(changesOf(draft, base)).length > 0;
  const shown = (name: TextName): string => draft[name] ?? (isDirty ? base[name] : latest[name]) ?? '';
  useEffect(() => keepDraft(media.id, isDirty ? { draft, base } : undefined), [media.id, draft, base, isDirty]);

  const took = (changed: Media): void => {
    queries.setQueryData(['media', media.id], changed);
    local.changed(changed);
    setForm({ draft: {}, base: textsOf(changed) });
    setConflicts([]);
    notify(words.common.saved);
  };
  const failed = (error: unknown): void => notify(inWords(error, words), { kind: 'error' });
  const patch = (body: object) => shelf.call('PATCH /api/v1/media/{id}', { path, body });
  const save = useMutation({
    mutationFn: async () => {
      const current = await shelf.call('GET /api/v1/media/{id}', { path });
      const found = conflictsOf(draft, base, textsOf(current));
      return found.length > 0 ? found : patch(changesOf(draft, base));
    },
    onSuccess: (result) =>
      Array.isArray(result) ? setConflicts(result as readonly Conflict[]) : took(result as Media),
    onError: failed,
  });
  const settle = useMutation({
    mutationFn: (theirs: readonly TextName[]) => {
      const changes = Object.entries(changesOf(draft, base)).filter(([name]) => !theirs.includes(name as TextName));
      return changes.length === 0 ? shelf.call('GET /api/v1/media/{id}', { path }) : patch(Object.fromEntries(changes));
    },
    onSuccess: took,
    onError: failed,
  });
  const show = useMutation({
    mutationFn: (visibility: Media['visibility']) => patch({ visibility }),
    onSuccess: (changed) => {
      queries.setQueryData(['media', media.id], changed);
      local.changed(changed);
    },
    onError: failed,
  });

  return (
    <div className="texts">
      <Form
        className="texts-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isDirty) save.mutate();
        }}
      >
        {TEXTS.map((name) => (
          <Field
            key={name}
            label={words.edit[name]}
            help={name === 'alt' ? words.edit.altHelp : undefined}
            lines={LONG.includes(name)}
            value={shown(name)}
            onChange={(text) =>
              setForm((last) => ({
                base: Object.keys(changesOf(last.draft, last.base)).length > 0 ? last.base : latest,
                draft: { ...last.draft, [name]: text },
              }))
            }
            isReadOnly={!isEditable}
          />
        ))}
        {isEditable && isDirty && (
          <div className="save-bar">
            <span className="quiet">{words.edit.unsaved}</span>
            <Button className="button small" onPress={() => setForm({ draft: {}, base: latest })}>
              {words.edit.discard}
            </Button>
            <Button type="submit" className="button small primary" isPending={save.isPending}>
              {words.common.save}
            </Button>
          </div>
        )}
      </Form>
      <TagEditor media={media} />
      <Choice
        label={words.detail.visibility}
        value={media.visibility}
        options={(['private', 'shared', 'public'] as const).map(
          (each) => [each, words.detail.visibilities[each]] as const,
        )}
        onChange={(value) => show.mutate(value)}
        isDisabled={!isEditable}
      />
      {conflicts.length > 0 && (
        <Conflicts
          conflicts={conflicts}
          onSettle={(theirs) => settle.mutate(theirs)}
          onClose={() => setConflicts([])}
        />
      )}
    </div>
  );
};
