import './webhooks.css';
import { useQuery } from '@tanstack/react-query';
import { useShelf } from '../session/use-session.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';

/** The latest deliveries of a webhook, with the answers of its server as text. */
export const Deliveries = ({ id }: { readonly id: string }) => {
  const words = useWords();
  const format = useFormat();
  const shelf = useShelf();
  const deliveries = useQuery({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/webhooks/{id}/deliveries', { path: { id }, signal }),
    refetchInterval: 5000,
  });
  if (deliveries.error) return <Failure error={deliveries.error} onRetry={() => void deliveries.refetch()} />;
  if (!deliveries.data) return <Loading />;
  if (deliveries.data.length === 0) return <p className="deliveries quiet">{words.webhooks.noDeliveries}</p>;
  return (
    <ul className="deliveries" aria-label={words.webhooks.deliveries}>
      {deliveries.data.map((delivery) => (
        <li key={`${delivery.messageId} ${delivery.attempt}`}>
          <span className={delivery.ok ? 'chip good' : 'chip bad'}>
            {delivery.ok ? words.webhooks.delivered : words.webhooks.notDelivered}
            {delivery.status !== null && ` ${delivery.status}`}
          </span>
          <code>{delivery.event}</code>
          <span className="quiet">{`${format.time(delivery.at)} · ${words.webhooks.attempt(format.number(delivery.attempt))}`}</span>
          {delivery.error && <bdi className="wrap-anywhere">{delivery.error}</bdi>}
          {delivery.nextAt && <span className="quiet">{words.webhooks.next(format.time(delivery.nextAt))}</span>}
        </li>
      ))}
    </ul>
  );
};
