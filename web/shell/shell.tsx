import './shell.css';
import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button, Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { Icon } from '../ui/icon.tsx';
import { Logo } from '../ui/logo.tsx';
import { Notices } from '../ui/notices.tsx';
import { DropTarget } from '../upload/drop-target.tsx';
import { UploadButton } from '../upload/upload-button.tsx';
import { UploadList } from '../upload/upload-list.tsx';
import { useWords } from '../words/use-words.tsx';
import { KeysHelp } from './keys-help.tsx';
import { useIsOnline } from './live.tsx';
import { Navigation } from './navigation.tsx';
import { isTyping } from './typing.ts';

/** The frame of every page: sections, uploads, notices. */
export const Shell = () => {
  const words = useWords();
  const isOnline = useIsOnline();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === '?' && !isTyping(event)) setHelpOpen(true);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);

  return (
    <DropTarget>
      <a className="skip-link button" href="#content">
        {words.common.skip}
      </a>
      <div className="shell">
        <header className="side">
          <div className="brand">
            <Logo size={26} />
            <span>{words.product}</span>
          </div>
          <UploadButton />
          <Navigation onHelp={() => setHelpOpen(true)} />
        </header>
        <header className="top">
          <Button className="button plain square" aria-label={words.common.menu} onPress={() => setMenuOpen(true)}>
            <Icon name="menu" />
          </Button>
          <div className="brand">
            <Logo size={24} />
            <span>{words.product}</span>
          </div>
          <UploadButton small />
        </header>
        <main id="content" className="content" tabIndex={-1}>
          {!isOnline && (
            <p className="offline" role="status">
              <Icon name="offline" />
              {words.live.offline}
            </p>
          )}
          <Outlet />
        </main>
      </div>
      <UploadList />
      <Notices />
      <KeysHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <ModalOverlay className="overlay drawer-overlay" isOpen={isMenuOpen} onOpenChange={setMenuOpen} isDismissable>
        <Modal className="drawer">
          <Dialog className="drawer-dialog" aria-label={words.nav.label}>
            <Navigation
              onHelp={() => {
                setMenuOpen(false);
                setHelpOpen(true);
              }}
              onFollow={() => setMenuOpen(false)}
            />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DropTarget>
  );
};
