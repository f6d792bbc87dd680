import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/controls.css';
import { createRoot } from 'react-dom/client';
import { applyTheme } from '../account/theme.ts';
import { guardMarkup } from '../trusted-types.ts';
import { loadSpoken } from '../words/language.ts';
import { WordsProvider } from '../words/use-words.tsx';
import { SharedPage } from './shared-page.tsx';
import { takeToken } from './take-token.ts';
import { newVisit } from './visit.ts';

guardMarkup();
// Before anything is requested: a token in the address would stay in the history, and reach each reader of it.
const visit = newVisit(takeToken());
applyTheme();

const spoken = await loadSpoken();
document.documentElement.lang = spoken.tag;
document.documentElement.dir = spoken.direction;

const root = document.getElementById('root');
if (!root) throw new Error('The document has no place for the page');
createRoot(root).render(
  <WordsProvider spoken={spoken}>
    <SharedPage visit={visit} />
  </WordsProvider>,
);
