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
import { changesOf, TEXTS, type TextName, textsOf } from './draft.ts';
import { keepDraft, keptDraft } from './kept-drafts.ts';
import { type Clash, formOf, saveTexts, settled, type TextsForm } from './save-texts.ts';
import { TagEditor } from './tag-editor.tsx';

const LONG: readonly TextName[] = ['alt', 'caption', 'description'];

/** The form of a file's texts. What another person changed meanwhile is shown beside, and nothing is overwritten unasked. */
export const Texts = ({ media }: { readonly media: Media }) => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const queries = useQueryClient();
  const local = useLocalChanges();
  const [form, setForm] = useState<TextsForm>(() => keptDraft(media.id) ?? formOf(media));
  const [clash, setClash] = useState<Clash>();
  const { draft, base } = form;
  const path = { id: media.id };
  const isEditable = may('media:update');

  // Fields that are not being edited show what others write.
  const latest = textsOf(media);
  const isDirty = Object.keys(changesOf(draft, base)).length > 0;
  const shown = (name: TextName): string => draft[name] ?? (isDirty ? base[name] : latest[name]) ?? '';
  useEffect(() => keepDraft(media.id, isDirty ? form : undefined), [media.id, form, isDirty]);

  const took = (changed: Media): void => {
    queries.setQueryData(['media', media.id], changed);
    local.changed(changed);
    setForm(formOf(changed));
    setClash(undefined);
    notify(words.common.saved);
  };
  const failed = (error: unknown): void => notify(inWords(error, words), { kind: 'error' });
  const patch = (body: object, version?: number) =>
    shelf.call('PATCH /api/v1/media/{id}', { path, body, ...(version === undefined ? {} : { version }) });
  const save = useMutation({
    mutationFn: (edited: TextsForm) => saveTexts(edited, patch),
    onSuccess: (result) => ('conflicts' in result ? setClash(result) : took(result)),
    onError: failed,
  });
  const settle = (clashed: Clash, theirs: readonly TextName[]): void => {
    const edited = settled(form, clashed, theirs);
    setForm(edited);
    save.mutate(edited);
  };
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
          if (isDirty) save.mutate(form);
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
                ...(Object.keys(changesOf(last.draft, last.base)).length > 0 ? last : formOf(media)),
                draft: { ...last.draft, [name]: text },
              }))
            }
            isReadOnly={!isEditable}
          />
        ))}
        {isEditable && isDirty && (
          <div className="save-bar">
            <span className="quiet">{words.edit.unsaved}</span>
            <Button className="button small" onPress={() => setForm(formOf(media))}>
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
      {clash && (
        <Conflicts
          conflicts={clash.conflicts}
          onSettle={(theirs) => settle(clash, theirs)}
          onClose={() => setClash(undefined)}
        />
      )}
    </div>
  );
};
