import { type ReactNode, useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useWords } from '../words/use-words.tsx';
import { Field } from './field.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly help: ReactNode;
  readonly action: string;
  /** A word to type, before what cannot be undone. */
  readonly typed?: { readonly word: string; readonly label: string } | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export const Confirm = ({ title, help, action, typed, onConfirm, onClose }: ConfirmProps) => {
  const { common } = useWords();
  const [text, setText] = useState('');
  const isReady = typed === undefined || text.trim().toLowerCase() === typed.word.toLowerCase();
  const confirm = (): void => {
    if (!isReady) return;
    onClose();
    onConfirm();
  };
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal narrow">
        <Dialog className="dialog" role="alertdialog">
          <Heading slot="title">{title}</Heading>
          <p className="wrap-anywhere">{help}</p>
          {typed && (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                confirm();
              }}
            >
              <Field label={typed.label} value={text} onChange={setText} autoFocus autoComplete="off" />
            </form>
          )}
          <div className="dialog-actions">
            <Button className="button" onPress={onClose} autoFocus={!typed}>
              {common.cancel}
            </Button>
            <Button className="button danger primary" isDisabled={!isReady} onPress={confirm}>
              {action}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};
