import { useState } from 'react';
import { Button, Dialog, Form, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useSession } from '../session/use-session.ts';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { Secret } from '../ui/secret.tsx';
import { useAction } from '../ui/use-action.ts';
import { useWords } from '../words/use-words.tsx';

const DAY_MS = 86_400_000;
const LIVES = ['1', '7', '30', '0'] as const;
/** The API takes no more. */
const MOST_FILES = 200;
const LEAST_PASSWORD = 8;

export interface ShareDialogProps {
  /** A collection, in place of its files. */
  readonly collectionId?: string | undefined;
  readonly ids: readonly string[];
  /** How many of them open at their own addresses. */
  readonly open: number;
  /** What the link is called at first. */
  readonly name: string;
  readonly onClose: () => void;
}

const NewLink = ({ collectionId, ids, open, name: first, onClose }: ShareDialogProps) => {
  const words = useWords();
  const { shelf } = useSession();
  const [name, setName] = useState(first);
  const [days, setDays] = useState<(typeof LIVES)[number]>('7');
  const [password, setPassword] = useState('');
  const [address, setAddress] = useState<string>();
  const create = useAction({
    run: () =>
      shelf.call('POST /api/v1/share-links', {
        body: {
          ...(collectionId === undefined ? { mediaIds: [...ids] } : { collectionId }),
          ...(name.trim() === '' ? {} : { name: name.trim() }),
          ...(password === '' ? {} : { password }),
          expiresAt: days === '0' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
        },
      }),
    changes: [['links']],
    onDone: ({ token }) => setAddress(`${location.origin}/app/s#${token}`),
  });
  if (address !== undefined) return <Secret help={words.share.shownOnce} value={address} onClose={onClose} />;
  if (collectionId === undefined && ids.length > MOST_FILES) return <p>{words.share.tooMany(MOST_FILES)}</p>;
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(undefined);
      }}
    >
      <Field
        label={words.share.name}
        help={words.share.nameHelp}
        value={name}
        onChange={setName}
        maxLength={100}
        autoComplete="off"
        autoFocus
      />
      <Choice
        label={words.keys.expires}
        value={days}
        options={LIVES.map((each) => [each, each === '0' ? words.keys.never : words.keys.days(Number(each))] as const)}
        onChange={setDays}
      />
      <input type="text" hidden readOnly autoComplete="username" value="" aria-label={words.session.email} />
      <Field
        label={`${words.session.password} (${words.common.optional})`}
        help={words.share.passwordHelp}
        type="password"
        autoComplete="new-password"
        minLength={LEAST_PASSWORD}
        value={password}
        onChange={setPassword}
      />
      {open > 0 && <p className="quiet">{words.share.alsoOpen(open)}</p>}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          {words.common.cancel}
        </Button>
        <Button type="submit" className="button primary" isPending={create.isPending}>
          {words.share.create}
        </Button>
      </div>
    </Form>
  );
};

/** Makes a link to files, and shows its address once. */
export const ShareDialog = (props: ShareDialogProps) => {
  const words = useWords();
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Modal className="modal narrow">
        <Dialog className="dialog">
          <Heading slot="title">{`${words.share.share}: ${words.share.files(props.ids.length)}`}</Heading>
          <NewLink {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};

export default ShareDialog;
