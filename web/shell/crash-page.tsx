import { Button } from 'react-aria-components';
import { Empty } from '../ui/empty.tsx';
import { useWords } from '../words/use-words.tsx';

/** The page in place of one that broke. */
export const WordsCrash = ({ error }: { readonly error: unknown }) => {
  const { errors } = useWords();
  return (
    <main>
      <Empty icon="alert" title={errors.crash} help={error instanceof Error ? error.message : String(error)}>
        <Button className="button primary" onPress={() => location.reload()}>
          {errors.reload}
        </Button>
      </Empty>
    </main>
  );
};
