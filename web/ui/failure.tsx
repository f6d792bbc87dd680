import { Button } from 'react-aria-components';
import { inWords } from '../api/errors.ts';
import { useWords } from '../words/use-words.tsx';
import { Empty } from './empty.tsx';

/** Says what failed, and offers another try. */
export const Failure = ({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) => {
  const words = useWords();
  return (
    <Empty icon="alert" title={words.errors.title} help={inWords(error, words)}>
      <Button className="button" onPress={onRetry}>
        {words.common.retry}
      </Button>
    </Empty>
  );
};
