import { useWords } from '../words/use-words.tsx';

/** Shown while something is loaded that has no shape yet. */
export const Loading = ({ page = false }: { readonly page?: boolean }) => {
  const { common } = useWords();
  return (
    <div className={page ? 'loading page' : 'loading'} role="status">
      <div className="spinner" aria-hidden="true" />
      <span className="hidden-text">{common.loading}</span>
    </div>
  );
};
