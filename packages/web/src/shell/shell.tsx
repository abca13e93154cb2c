import './shell.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Menu, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { listen } from '../api/events.ts';
import { queries } from '../api/queries.ts';
import { Button } from '../components/button.tsx';
import { SearchField } from '../components/search-field.tsx';
import { Toasts } from '../components/toasts.tsx';
import { useWords } from '../words/use-words.ts';
import { Bell } from './bell.tsx';
import { CommandMenu, useCommandKey } from './command-menu.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { Nav } from './nav.tsx';
import { ShortcutList, useShortcuts } from './shortcuts.tsx';
import { StandingNotice } from './standing-notice.tsx';
import { SyncStateLink } from './sync-state.tsx';
import { UserMenu, useSignOut } from './user-menu.tsx';

/** The frame of every screen after sign-in: org, search, language, user, state; and the way to the other screens. */
export const Shell = () => {
  const { words } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = useRef<HTMLInputElement>(null);
  const [isNavOpen, setNavOpen] = useState(false);
  const [isListOpen, setListOpen] = useState(false);
  const [isCommandOpen, setCommandOpen] = useState(false);
  const openList = useCallback(() => setListOpen(true), []);
  useCommandKey(useCallback(() => setCommandOpen(true), []));
  const shortcuts = useShortcuts(search, openList);
  const signOut = useSignOut();

  useEffect(() => listen(client), [client]);

  const searchPeople = (q: string): void => {
    setNavOpen(false);
    void navigate({ to: '/people', search: q === '' ? {} : { q } });
  };

  return (
    <>
      <a className="skip-link" href="#content">
        {words.common.skip}
      </a>
      <header className="top">
        <button
          type="button"
          className="menu-button"
          aria-expanded={isNavOpen}
          aria-controls="main-nav"
          aria-label={words.shell.menu}
          onClick={() => setNavOpen(!isNavOpen)}
        >
          {isNavOpen ? <X aria-hidden /> : <Menu aria-hidden />}
        </button>
        <Brand />
        <SearchField
          label={words.shell.searchPeople}
          value=""
          pauseMs={0}
          inputRef={search}
          onSearch={searchPeople}
          shortcut={shortcuts.isEnabled ? '/' : null}
        />
        <Bell />
        <LanguageSwitch />
        <UserMenu onShortcuts={openList} />
        <SyncStateLink />
      </header>
      <div className="below-top">
        <Nav
          isOpen={isNavOpen}
          onClose={() => setNavOpen(false)}
          phoneTools={
            <>
              <SearchField label={words.shell.searchPeople} value="" pauseMs={0} onSearch={searchPeople} />
              <LanguageSwitch />
              <Button onPress={signOut}>{words.shell.signOut}</Button>
            </>
          }
        />
        <main id="content" tabIndex={-1}>
          <StandingNotice />
          <Outlet />
        </main>
      </div>
      <Toasts />
      <CommandMenu isOpen={isCommandOpen} onClose={() => setCommandOpen(false)} onShortcuts={openList} />
      <ShortcutList {...shortcuts} isOpen={isListOpen} onClose={() => setListOpen(false)} />
    </>
  );
};

/** The org's name, and a tag where it is not a production org. */
const Brand = () => {
  const { words } = useWords();
  const { data: status } = useQuery(queries.status());
  const org = status?.org ?? null;
  const tag =
    org === null || org.kind === 'production'
      ? null
      : org.kind === 'sandbox'
        ? words.shell.sandbox
        : words.shell.practice;
  return (
    <Link to="/" className="brand">
      <img className="mark" src="/mark.svg" alt="" width={26} height={26} />
      <span className="org">
        <span className="name">{org?.name ?? words.shell.product}</span>
        {tag === null || tag === org?.name ? null : <span className="tag">{tag}</span>}
      </span>
    </Link>
  );
};
