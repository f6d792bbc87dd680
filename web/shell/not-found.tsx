import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/empty.tsx';
import { useWords } from '../words/use-words.tsx';

/** An address without a page. */
export const NotFound = () => {
  const { nav } = useWords();
  return (
    <Empty icon="search" title={nav.notFound} help={nav.notFoundHelp}>
      <Link to="/" className="button primary">
        {nav.toLibrary}
      </Link>
    </Empty>
  );
};
