import './rows.css';
import { Button } from 'react-aria-components';
import { useWords } from '../words/use-words.tsx';
import { copyText } from './copy-text.ts';
import { Icon } from './icon.tsx';
import { notify } from './notices.tsx';

/** A secret that is shown once: it is in this element alone, in no address, cache, storage or log. */
export const Secret = ({
  help,
  value,
  onClose,
}: {
  readonly help: string;
  readonly value: string;
  readonly onClose: () => void;
}) => {
  const { common } = useWords();
  return (
    <div className="secret" role="status">
      <p>{help}</p>
      <code>{value}</code>
      <div className="actions">
        <Button className="button primary small" onPress={() => void copyText(value).then(() => notify(common.copied))}>
          <Icon name="copy" />
          {common.copy}
        </Button>
        <Button className="button small" onPress={onClose}>
          {common.done}
        </Button>
      </div>
    </div>
  );
};
