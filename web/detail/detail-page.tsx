import './detail.css';
import { useEffect, useState } from 'react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { isMissing } from '../api/errors.ts';
import type { GallerySearch } from '../gallery/gallery-search.ts';
import type { Library } from '../gallery/library.ts';
import { titleOf } from '../gallery/names.ts';
import type { ChangeSearch } from '../gallery/use-gallery-search.ts';
import { isTyping } from '../shell/typing.ts';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { useSpeech, useWords } from '../words/use-words.tsx';
import { DetailActions } from './detail-actions.tsx';
import { Facts } from './facts.tsx';
import { FocalPoint } from './focal-point.tsx';
import { type Part, partsOf } from './parts.ts';
import { Stage } from './stage.tsx';
import { TextOfFile } from './text-of-file.tsx';
import { Texts } from './texts.tsx';
import { TransformBuilder } from './transform-builder.tsx';
import { useMedia } from './use-media.ts';
import { Versions } from './versions.tsx';

interface DetailProps {
  readonly id: string;
  readonly search: GallerySearch;
  readonly library: Library;
  readonly onOpen: (id: string) => void;
  readonly onClose: (last: string) => void;
  readonly change: ChangeSearch;
}

/** The files beside the open one, in the order of the gallery. */
const useNeighbours = (id: string, library: Library) => {
  const [beside, setBeside] = useState<{
    readonly of: string;
    readonly previous?: string | undefined;
    readonly next?: string | undefined;
  }>({ of: id });
  useEffect(() => {
    let isOver = false;
    void Promise.all([library.neighbour(id, -1), library.neighbour(id, 1)]).then(([previous, next]) => {
      if (!isOver) setBeside({ of: id, previous: previous?.id, next: next?.id });
    });
    return () => {
      isOver = true;
    };
  }, [id, library]);
  return beside.of === id ? beside : { of: id };
};

/** One file: its picture, sound or text, its facts, and what can be done with it. */
export const DetailPage = ({ id, search, library, onOpen, onClose, change }: DetailProps) => {
  const words = useWords();
  const { direction } = useSpeech();
  const media = useMedia(id, library);
  const { previous, next } = useNeighbours(id, library);
  const record = media.data;

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event)) return;
      if (event.key === 'Escape') onClose(id);
      const target = event.target as HTMLElement;
      if (target.closest('[role="tablist"], video, audio, .focal-stage, [role="slider"]')) return;
      const [back, forth] = direction === 'rtl' ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
      if (event.key === back && previous) onOpen(previous);
      if (event.key === forth && next) onOpen(next);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [id, previous, next, onOpen, onClose, direction]);

  const name = record ? titleOf(record) : '';
  const parts = record ? partsOf(record) : [];
  const part = parts.find((each) => each === search.part) ?? 'info';
  return (
    <section className="detail" aria-label={name || words.common.loading}>
      {name && <title>{`${name} · ${words.product}`}</title>}
      <div className="detail-head">
        <IconButton icon="back" label={words.detail.back} onPress={() => onClose(id)} autoFocus />
        <h2 className="name">
          <bdi>{name}</bdi>
        </h2>
        <IconButton
          icon="previous"
          label={words.detail.previous}
          isDisabled={!previous}
          onPress={() => previous && onOpen(previous)}
        />
        <IconButton icon="next" label={words.detail.next} isDisabled={!next} onPress={() => next && onOpen(next)} />
        {record && (
          <DetailActions
            media={record}
            onTrashed={() => ((next ?? previous) ? onOpen((next ?? previous) as string) : onClose(id))}
          />
        )}
      </div>
      {media.error && !record ? (
        isMissing(media.error) ? (
          <Empty icon="search" title={words.detail.missing} help={words.detail.missingHelp}>
            <Button className="button primary" onPress={() => onClose(id)}>
              {words.detail.back}
            </Button>
          </Empty>
        ) : (
          <Failure error={media.error} onRetry={() => void media.refetch()} />
        )
      ) : record ? (
        <div className="detail-body">
          <Stage key={`${record.id} ${record.version}`} media={record} />
          <Tabs
            className="detail-panel"
            selectedKey={part}
            onSelectionChange={(key) =>
              change({ part: key === 'info' ? undefined : String(key) }, { keepsFile: true, replace: true })
            }
          >
            <TabList className="tabs" aria-label={words.detail.facts}>
              {parts.map((each) => (
                <Tab key={each} id={each} className="tab">
                  {words.detail.tabs[each]}
                </Tab>
              ))}
            </TabList>
            {parts.map((each) => (
              <TabPanel key={each} id={each} className="tab-panel">
                <PartOfFile part={each} key={record.id} media={record} />
              </TabPanel>
            ))}
          </Tabs>
        </div>
      ) : (
        <Loading />
      )}
    </section>
  );
};

const VIEWS = {
  info: Facts,
  edit: Texts,
  focal: FocalPoint,
  transform: TransformBuilder,
  versions: Versions,
  text: TextOfFile,
} as const satisfies Record<Part, unknown>;

const PartOfFile = ({
  part,
  media,
}: {
  readonly part: Part;
  readonly media: NonNullable<ReturnType<typeof useMedia>['data']>;
}) => {
  const View = VIEWS[part];
  return <View media={media} />;
};
