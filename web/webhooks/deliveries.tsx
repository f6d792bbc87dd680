import './webhooks.css';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { useShelf } from '../session/use-session.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { useAction } from '../ui/use-action.ts';
import { useFormat, useWords } from '../words/use-words.tsx';

/** The latest deliveries of a webhook, with the answers of its server as text. */
export const Deliveries = ({ id, isEnabled }: { readonly id: string; readonly isEnabled: boolean }) => {
  const words = useWords();
  const format = useFormat();
  const shelf = useShelf();
  const deliveries = useQuery({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/webhooks/{id}/deliveries', { path: { id }, signal }),
    refetchInterval: 5000,
  });
  const again = useAction({
    run: (messageId: string) =>
      shelf.call('POST /api/v1/webhooks/{id}/deliveries/{messageId}/redeliver', { path: { id, messageId } }),
    changes: [['webhooks', id, 'deliveries']],
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
          {isEnabled && !delivery.ok && (
            <Button
              className="button small plain"
              aria-label={words.webhooks.againOf(delivery.event)}
              isPending={again.isPending}
              onPress={() => again.mutate(delivery.messageId)}
            >
              {words.webhooks.again}
            </Button>
          )}
          {delivery.nextAt && <span className="quiet">{words.webhooks.next(format.time(delivery.nextAt))}</span>}
        </li>
      ))}
    </ul>
  );
};
