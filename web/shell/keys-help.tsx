import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useWords } from '../words/use-words.tsx';

/** The keys of the page, shown by `?`. */
export const KeysHelp = ({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) => {
  const { keysHelp, common } = useWords();
  const groups: readonly (readonly [string, readonly (readonly [string, readonly string[]])[]])[] = [
    [
      keysHelp.anywhere,
      [
        [keysHelp.help, ['?']],
        [keysHelp.search, ['/']],
        [keysHelp.upload, ['U']],
      ],
    ],
    [
      keysHelp.inGallery,
      [
        [keysHelp.move, ['←', '→', '↑', '↓']],
        [keysHelp.open, ['Enter']],
        [keysHelp.toggle, ['Space', 'X']],
        [keysHelp.extend, ['Shift + ←', 'Shift + →']],
        [keysHelp.all, ['Ctrl + A']],
        [keysHelp.trash, ['Delete']],
        [keysHelp.escape, ['Esc']],
      ],
    ],
    [
      keysHelp.inDetail,
      [
        [keysHelp.neighbour, ['←', '→']],
        [keysHelp.close, ['Esc']],
      ],
    ],
  ];
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">{keysHelp.title}</Heading>
          {groups.map(([title, keys]) => (
            <section key={title} className="keys-group">
              <h3>{title}</h3>
              <dl>
                {keys.map(([meaning, names]) => (
                  <div key={meaning}>
                    <dt>{meaning}</dt>
                    <dd>
                      {names.map((name) => (
                        <kbd key={name}>{name}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          <div className="dialog-actions">
            <Button className="button" onPress={onClose} autoFocus>
              {common.close}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};
