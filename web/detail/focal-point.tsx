import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { Button, Input, Label, NumberField } from 'react-aria-components';
import type { Media } from '../../client/browser.ts';
import { renditionAddress } from '../api/addresses.ts';
import { inWords } from '../api/errors.ts';
import { useLocalChanges } from '../gallery/use-library.tsx';
import { useMay, useShelf } from '../session/use-session.ts';
import { notify } from '../ui/notices.tsx';
import { useWords } from '../words/use-words.tsx';
import { clampShare, cropPosition, type Point } from './crop.ts';

const CENTRE: Point = { x: 0.5, y: 0.5 };
const STEP = 0.01;
const LONG_STEP = 0.1;
const CROPS = [
  ['wide', 16 / 9],
  ['square', 1],
  ['tall', 3 / 4],
] as const;

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The point that stays visible in every crop: by the mouse, by the arrow keys, or by numbers. */
export const FocalPoint = ({ media }: { readonly media: Media }) => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const queries = useQueryClient();
  const local = useLocalChanges();
  const stored = media.focalX === null || media.focalY === null ? CENTRE : { x: media.focalX, y: media.focalY };
  const [moved, setMoved] = useState<Point>();
  const point = moved ?? stored;
  const isEditable = may('media:update');
  const isChanged = point.x !== stored.x || point.y !== stored.y;
  const address = renditionAddress(media, 'large');
  const size = media.renditions.large ?? media.renditions.medium ?? { width: 4, height: 3 };

  const save = useMutation({
    mutationFn: ({ x, y }: Point) =>
      shelf.call('PATCH /api/v1/media/{id}', { path: { id: media.id }, body: { focalX: x, focalY: y } }),
    onSuccess: (changed) => {
      queries.setQueryData(['media', media.id], changed);
      local.changed(changed);
      setMoved(undefined);
      notify(words.common.saved);
    },
    onError: (error) => notify(inWords(error, words), { kind: 'error' }),
  });
  const move = ({ x, y }: Point): void => setMoved({ x: clampShare(x), y: clampShare(y) });
  const click = (event: MouseEvent): void => {
    if (!isEditable) return;
    const box = event.currentTarget.getBoundingClientRect();
    move({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
  };
  const press = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step || !isEditable) return;
    event.preventDefault();
    const length = event.shiftKey ? LONG_STEP : STEP;
    move({ x: point.x + step[0] * length, y: point.y + step[1] * length });
  };
  const number = (label: string, value: number, change: (share: number) => Point) => (
    <NumberField
      className="field"
      minValue={0}
      maxValue={100}
      step={0.1}
      value={Math.round(value * 1000) / 10}
      isReadOnly={!isEditable}
      onChange={(percent) => !Number.isNaN(percent) && move(change(percent / 100))}
    >
      <Label className="label">{label}</Label>
      <Input className="input" />
    </NumberField>
  );
  return (
    <div className="focal">
      <p className="quiet">{words.focal.help}</p>
      <button
        type="button"
        className="focal-stage"
        onClick={click}
        onKeyDown={press}
        aria-label={`${words.focal.point}: ${Math.round(point.x * 100)} %, ${Math.round(point.y * 100)} %`}
      >
        {address && <img src={address} alt="" draggable={false} width={size.width} height={size.height} />}
        <span className="focal-mark" style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }} />
      </button>
      <div className="two">
        {number(words.focal.x, point.x, (x) => ({ x, y: point.y }))}
        {number(words.focal.y, point.y, (y) => ({ x: point.x, y }))}
      </div>
      <h3>{words.focal.crops}</h3>
      <div className="crops">
        {CROPS.map(([name, aspect]) => (
          <figure key={name}>
            <div className="crop" style={{ aspectRatio: aspect }}>
              {address && <img src={address} alt="" style={{ objectPosition: cropPosition(size, aspect, point) }} />}
            </div>
            <figcaption>{words.focal[name]}</figcaption>
          </figure>
        ))}
      </div>
      {isEditable && (
        <div className="actions">
          <Button
            className="button primary"
            isDisabled={!isChanged}
            isPending={save.isPending}
            onPress={() => save.mutate(point)}
          >
            {words.common.save}
          </Button>
          <Button className="button" onPress={() => move(CENTRE)}>
            {words.focal.reset}
          </Button>
        </div>
      )}
    </div>
  );
};
