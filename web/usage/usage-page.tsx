import '../ui/rows.css';
import { useQuery } from '@tanstack/react-query';
import { useShelf } from '../session/use-session.ts';
import { Page } from '../shell/page.tsx';
import { Failure } from '../ui/failure.tsx';
import { Icon } from '../ui/icon.tsx';
import { Loading } from '../ui/loading.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';

/** From this share on, the page warns. */
const NEARLY_FULL = 0.9;

const Meter = ({
  name,
  used,
  quota,
  text,
}: {
  readonly name: string;
  readonly used: number;
  readonly quota: number;
  readonly text: string;
}) => {
  const share = Math.min(1, used / Math.max(1, quota));
  return (
    <div className="card stat">
      <h2>{name}</h2>
      <strong>{text}</strong>
      <div
        className={share >= NEARLY_FULL ? 'bar full' : 'bar'}
        role="meter"
        aria-label={name}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={text}
      >
        <div style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  );
};

/** What the team stores, and how much it may store. */
export const UsagePage = () => {
  const words = useWords();
  const format = useFormat();
  const shelf = useShelf();
  const usage = useQuery({ queryKey: ['usage'], queryFn: ({ signal }) => shelf.call('GET /api/v1/usage', { signal }) });
  const content = () => {
    if (usage.error) return <Failure error={usage.error} onRetry={() => void usage.refetch()} />;
    if (!usage.data) return <Loading />;
    const { bytes, quotaBytes, reservedBytes, records, quotaRecords, counts, trash } = usage.data;
    const share = (bytes + reservedBytes) / Math.max(1, quotaBytes);
    return (
      <>
        {share >= NEARLY_FULL && (
          <p className="form-error" role="alert">
            {words.usage.warning(format.percent(share))}
          </p>
        )}
        <div className="stats">
          <Meter
            name={words.usage.storage}
            used={bytes + reservedBytes}
            quota={quotaBytes}
            text={words.usage.of(format.bytes(bytes), format.bytes(quotaBytes))}
          />
          <Meter
            name={words.usage.files}
            used={records}
            quota={quotaRecords}
            text={words.usage.of(format.number(records), format.number(quotaRecords))}
          />
        </div>
        {reservedBytes > 0 && <p className="quiet">{words.usage.reserved(format.bytes(reservedBytes))}</p>}
        <section className="section">
          <h2>{words.usage.byKind}</h2>
          <ul className="rows">
            {(['image', 'video', 'audio', 'document'] as const).map((kind) => (
              <li key={kind}>
                <Icon name={kind === 'video' ? 'film' : kind} />
                <span className="row-main">{words.usage.kinds[kind]}</span>
                <span>{format.number(counts[kind] ?? 0)}</span>
              </li>
            ))}
            <li>
              <Icon name="trash" />
              <span className="row-main">{words.usage.trash}</span>
              <span>{format.number(trash)}</span>
            </li>
          </ul>
        </section>
      </>
    );
  };
  return (
    <Page title={words.nav.usage} help={words.usage.help}>
      {content()}
    </Page>
  );
};
