import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Media } from '../../client/browser.ts';
import { ownAddress, shareAddress } from '../api/addresses.ts';
import { Choice } from '../ui/choice.tsx';
import { copyText } from '../ui/copy-text.ts';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { notify } from '../ui/notices.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';
import { type TransformChoices, transformQuery, USUAL_CHOICES } from './transform.ts';

/** A picture is drawn when the person pauses. */
const PAUSE_MS = 400;

const useLater = <T,>(value: T): T => {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return later;
};

/** The bytes of a changed copy, as an address of this page alone, and their number. */
const drawn = async (address: string, signal: AbortSignal) => {
  const response = await fetch(address, { signal, headers: { accept: 'image/avif,image/webp,image/*' } });
  if (!response.ok) throw new Error(String(response.status));
  const blob = await response.blob();
  return { url: URL.createObjectURL(blob), bytes: blob.size, type: blob.type };
};

/** Builds the address of a changed copy, with a live preview. */
export const TransformBuilder = ({ media }: { readonly media: Media }) => {
  const { transform, common } = useWords();
  const format = useFormat();
  const [choices, setChoices] = useState(USUAL_CHOICES);
  const set = (change: Partial<TransformChoices>): void => setChoices((last) => ({ ...last, ...change }));
  const query = transformQuery(choices);
  const drawnQuery = useLater(query);
  const address = `${shareAddress(media)}${query ? `?${query}` : ''}`;
  const preview = useQuery({
    queryKey: ['transform', media.id, media.checksum, drawnQuery],
    queryFn: ({ signal }) => drawn(`${ownAddress(media.url)}${drawnQuery ? `?${drawnQuery}` : ''}`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div className="transform">
      <p className="quiet">{transform.help}</p>
      <div className="two">
        <Field label={transform.width} inputMode="numeric" value={choices.w} onChange={(w) => set({ w })} />
        <Field label={transform.height} inputMode="numeric" value={choices.h} onChange={(h) => set({ h })} />
        <Choice
          label={transform.fit}
          value={choices.fit}
          options={(['cover', 'contain', 'inside'] as const).map((each) => [each, transform.fits[each]] as const)}
          onChange={(fit) => set({ fit })}
        />
        <Choice
          label={transform.format}
          value={choices.format}
          options={(['auto', 'avif', 'webp', 'jpeg', 'png'] as const).map(
            (each) => [each, each === 'auto' ? transform.auto : each.toUpperCase()] as const,
          )}
          onChange={(value) => set({ format: value })}
        />
        <Field
          label={`${transform.quality} (1–100)`}
          inputMode="numeric"
          value={choices.q}
          onChange={(q) => set({ q })}
        />
        <Field
          label={`${transform.blur} (1–50)`}
          inputMode="numeric"
          value={choices.blur}
          onChange={(blur) => set({ blur })}
        />
        <Choice
          label={transform.rotate}
          value={choices.rotate}
          options={(['0', '90', '180', '270'] as const).map((each) => [each, `${each}°`] as const)}
          onChange={(rotate) => set({ rotate })}
        />
      </div>
      <div className="transform-preview" aria-busy={preview.isFetching}>
        {preview.data && <img src={preview.data.url} alt={transform.preview} />}
        {preview.error && <p className="form-error">{transform.failed}</p>}
      </div>
      {preview.data && (
        <p className="quiet">{`${transform.bytes}: ${format.bytes(preview.data.bytes)} · ${preview.data.type}`}</p>
      )}
      <Field label={transform.address} value={address} isReadOnly />
      <Button className="button" onPress={() => void copyText(address).then(() => notify(common.copied))}>
        <Icon name="copy" />
        {transform.copy}
      </Button>
    </div>
  );
};
