import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { inWords } from '../api/errors.ts';
import { useMay } from '../session/use-session.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';
import { isMoving, isOver, needsDecision, type UploadRow } from './queue.ts';
import { useUploadRows, useUploads } from './use-uploads.tsx';
import { useVisibleRows } from './use-visible-rows.ts';

const ROW_HEIGHT = 58;

const Row = ({ row }: { readonly row: UploadRow }) => {
  const words = useWords();
  const format = useFormat();
  const queue = useUploads();
  const may = useMay();
  const navigate = useNavigate();
  const { id, name, size, state, progress, mediaId, error } = row;
  const isBusy = state === 'sending' || state === 'checking';
  const open = (): void => void navigate({ to: '/', search: { item: mediaId } as never });
  return (
    <>
      <div className="upload-text">
        <bdi className="name">{name}</bdi>
        <span className={`upload-state ${state}`}>
          {words.upload.states[state]}
          {isBusy && ` ${format.percent(progress)}`}
          {error !== undefined && ` · ${inWords(error, words)}`}
          {state === 'waiting' && ` · ${format.bytes(size)}`}
        </span>
      </div>
      <div className="upload-actions">
        {needsDecision(row) && (
          <>
            {state === 'trashed' && may('media:update') && (
              <Button className="button small" onPress={() => queue.decide(id, 'restore')}>
                {words.upload.restore}
              </Button>
            )}
            {state !== 'trashed' && (
              <Button className="button small" onPress={open}>
                {words.upload.open}
              </Button>
            )}
            <Button className="button small" onPress={() => queue.decide(id, 'anyway')}>
              {words.upload.anyway}
            </Button>
            <Button className="button small plain" onPress={() => queue.decide(id, 'skip')}>
              {words.upload.skip}
            </Button>
          </>
        )}
        {(state === 'done' || state === 'restored') && mediaId !== undefined && (
          <Button className="button small plain" onPress={open}>
            {words.upload.open}
          </Button>
        )}
        {(state === 'failed' || state === 'refused' || state === 'cancelled') && (
          <IconButton
            icon="retry"
            look="plain small"
            label={words.upload.retryOne(name)}
            onPress={() => queue.retry(id)}
          />
        )}
        {(isMoving(row) || state === 'verifying') && (
          <IconButton
            icon="clear"
            look="plain small"
            label={words.upload.cancelOne(name)}
            onPress={() => queue.cancel(id)}
          />
        )}
      </div>
      {isBusy && (
        <div className="bar upload-bar">
          <div style={{ inlineSize: `${Math.round(progress * 100)}%` }} />
        </div>
      )}
    </>
  );
};

/** Every upload of this page with its state. Only the rows in view are in the document. */
export const UploadList = () => {
  const rows = useUploadRows();
  const queue = useUploads();
  const may = useMay();
  const words = useWords();
  const format = useFormat();
  const [isFolded, setFolded] = useState(false);
  const { ref, first, count } = useVisibleRows(ROW_HEIGHT);
  if (rows.length === 0) return null;
  const over = rows.filter(isOver).length;
  const decisions = rows.filter(needsDecision).length;
  const failed = rows.filter(({ state }) => state === 'failed' || state === 'refused').length;
  const moving = rows.filter(isMoving).length;
  const trashed = may('media:update') && rows.some(({ state }) => state === 'trashed');
  return (
    <section className="uploads card" aria-label={words.upload.title}>
      <div className="uploads-head">
        <h2>{words.upload.title}</h2>
        <p className="quiet" role="status">
          {words.upload.summary(format.number(over), format.number(rows.length))}
          {failed > 0 && ` · ${words.upload.failedCount(failed)}`}
          {decisions > 0 && ` · ${words.upload.attention(decisions)}`}
        </p>
        <IconButton
          icon={isFolded ? 'previous' : 'chevron'}
          look="plain small"
          label={isFolded ? words.upload.expand : words.upload.minimise}
          onPress={() => setFolded(!isFolded)}
        />
        {moving === 0 && (
          <IconButton icon="clear" look="plain small" label={words.upload.clearDone} onPress={queue.clearDone} />
        )}
      </div>
      {!isFolded && (
        <>
          {(decisions > 1 || moving > 1 || failed > 1) && (
            <div className="uploads-bulk">
              {decisions > 1 && (
                <>
                  <span className="quiet">{words.upload.forAll(decisions)}</span>
                  <Button className="button small" onPress={() => queue.decideAll('skip')}>
                    {words.upload.skip}
                  </Button>
                  <Button className="button small" onPress={() => queue.decideAll('anyway')}>
                    {words.upload.anyway}
                  </Button>
                  {trashed && (
                    <Button className="button small" onPress={() => queue.decideAll('restore')}>
                      {words.upload.restore}
                    </Button>
                  )}
                </>
              )}
              {moving > 1 && (
                <Button className="button small" onPress={queue.cancelAll}>
                  {words.upload.cancelAll}
                </Button>
              )}
              {failed > 1 && (
                <Button className="button small" onPress={queue.retryAll}>
                  {words.upload.retryAll}
                </Button>
              )}
            </div>
          )}
          <div className="uploads-scroll" ref={ref} tabIndex={0} role="group" aria-label={words.upload.title}>
            <ul style={{ blockSize: rows.length * ROW_HEIGHT }}>
              {rows.slice(first, first + count).map((row, index) => (
                <li
                  key={row.id}
                  aria-setsize={rows.length}
                  aria-posinset={first + index + 1}
                  style={{ insetBlockStart: (first + index) * ROW_HEIGHT }}
                >
                  <Row row={row} />
                </li>
              ))}
            </ul>
          </div>
        </>
      )}
    </section>
  );
};
