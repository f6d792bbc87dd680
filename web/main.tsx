import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { applyTheme } from './account/theme.ts';
import { queryClient } from './api/query-client.ts';
import { takeToken } from './session/mailed-token.ts';
import { Session } from './session/session.tsx';
import { Crash } from './shell/crash.tsx';
import { guardMarkup } from './trusted-types.ts';
import { loadSpoken } from './words/language.ts';
import { WordsProvider } from './words/use-words.tsx';

guardMarkup();
// Before anything is requested: a token in the address would stay in the history, and reach each reader of it.
takeToken();
applyTheme();

/** No `await` at the top level: the file of a language imports this one, and each would wait for the other. */
const start = async (): Promise<void> => {
  const spoken = await loadSpoken();
  document.documentElement.lang = spoken.tag;
  document.documentElement.dir = spoken.direction;

  const root = document.getElementById('root');
  if (!root) throw new Error('The document has no place for the page');
  createRoot(root).render(
    <WordsProvider spoken={spoken}>
      <QueryClientProvider client={queryClient}>
        <Crash>
          <Session />
        </Crash>
      </QueryClientProvider>
    </WordsProvider>,
  );
};
void start();
