import { useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay, Radio, RadioGroup } from 'react-aria-components';
import { useWords } from '../words/use-words.tsx';
import type { Conflict, TextName } from './draft.ts';

interface ConflictsProps {
  readonly conflicts: readonly Conflict[];
  /** Saves the form, with the other person's text in these fields. */
  readonly onSettle: (theirs: readonly TextName[]) => void;
  readonly onClose: () => void;
}

/** Two persons edited one file: both texts of each field, to choose from. */
export const Conflicts = ({ conflicts, onSettle, onClose }: ConflictsProps) => {
  const { edit, common } = useWords();
  const [theirs, setTheirs] = useState<readonly TextName[]>([]);
  const choose = (name: TextName, value: string): void =>
    setTheirs((last) =>
      value === 'theirs' ? [...last.filter((each) => each !== name), name] : last.filter((each) => each !== name),
    );
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">{edit.conflict}</Heading>
          <p className="quiet">{edit.conflictHelp}</p>
          {conflicts.map((conflict) => (
            <RadioGroup
              key={conflict.name}
              className="conflict"
              value={theirs.includes(conflict.name) ? 'theirs' : 'yours'}
              onChange={(value) => choose(conflict.name, value)}
              aria-label={edit[conflict.name]}
            >
              <span className="label">{edit[conflict.name]}</span>
              <div className="conflict-choices">
                {(['yours', 'theirs'] as const).map((side) => (
                  <Radio key={side} value={side} className="conflict-choice">
                    <span className="label">{edit[side]}</span>
                    <bdi className="wrap-anywhere">{conflict[side] ?? edit.empty}</bdi>
                  </Radio>
                ))}
              </div>
            </RadioGroup>
          ))}
          <div className="dialog-actions">
            <Button className="button" onPress={onClose}>
              {common.cancel}
            </Button>
            <Button
              className="button primary"
              onPress={() => {
                onClose();
                onSettle(theirs);
              }}
            >
              {edit.saveChoice}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};
