import './command-menu.css';
import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import {
  Dialog as AriaDialog,
  Autocomplete,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  TextField,
  useFilter,
} from 'react-aria-components';
import { api } from '../api/client.ts';
import { problemOf, wordsOfProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { toast } from '../components/toasts.tsx';
import { useWords } from '../words/use-words.ts';
import { useSession } from './session.tsx';

/** `Ctrl K`, or Command K on a Mac. It opens while typing too; single keys do not. */
export const useCommandKey = (open: () => void): void => {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      open();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [open]);
};

const PLACES = [
  ['home', '/'],
  ['activity', '/activity'],
  ['errors', '/errors'],
  ['held', '/held'],
  ['people', '/people'],
  ['companies', '/companies'],
  ['opportunities', '/opportunities'],
  ['conflicts', '/conflicts'],
  ['fields', '/fields'],
  ['settings', '/settings'],
  ['practice', '/practice'],
] as const;
type Place = (typeof PLACES)[number][0];

/** A person is looked for from the second letter on. */
const LETTERS_MIN = 2;
const PEOPLE_SHOWN = 5;

export interface CommandMenuProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onShortcuts: () => void;
}

/** Everything by keyboard: screens, acts, and people by what was typed. */
export const CommandMenu = (props: CommandMenuProps) => {
  const { words } = useWords();
  return (
    <ModalOverlay
      className="dialog-under command-under"
      isOpen={props.isOpen}
      onOpenChange={(isOpen) => {
        if (!isOpen) props.onClose();
      }}
      isDismissable
    >
      <Modal className="dialog-panel command-panel">
        <AriaDialog aria-label={words.commands.title}>
          <Commands {...props} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
};

const Commands = ({ onClose, onShortcuts }: CommandMenuProps) => {
  const { words } = useWords();
  const navigate = useNavigate();
  const { contains } = useFilter({ sensitivity: 'base' });
  const [text, setText] = useState('');
  const people = usePeople(text);
  const acts = useActs(onShortcuts);
  const names: Readonly<Record<Place, string>> = {
    ...words.shell,
    held: words.held.title,
    companies: words.companies.title,
    opportunities: words.opportunities.title,
  };
  return (
    <Autocomplete filter={contains} inputValue={text} onInputChange={setText}>
      <TextField aria-label={words.commands.title} autoFocus>
        <Input className="input" placeholder={words.commands.placeholder} />
      </TextField>
      <Menu
        className="command-list"
        aria-label={words.commands.title}
        renderEmptyState={() => <p className="muted command-none">{words.lists.noMatch}</p>}
        onAction={onClose}
      >
        <MenuSection>
          <Header>{words.commands.goTo}</Header>
          {PLACES.map(([place, to]) => (
            <MenuItem key={place} id={place} textValue={names[place]} onAction={() => void navigate({ to })}>
              {names[place]}
            </MenuItem>
          ))}
        </MenuSection>
        <MenuSection>
          <Header>{words.commands.acts}</Header>
          {acts.map((act) => (
            <MenuItem key={act.id} id={act.id} textValue={act.name} onAction={act.run}>
              {act.name}
            </MenuItem>
          ))}
        </MenuSection>
        {people.length === 0 ? null : (
          <MenuSection>
            <Header>{words.people.title}</Header>
            {people.map((person) => (
              <MenuItem
                key={person.personId}
                id={`person ${person.personId}`}
                // The server has matched what was typed, maybe against an id; the menu need not do it again.
                textValue={`${text} ${person.name ?? ''}`}
                onAction={() =>
                  void navigate({ to: '/people/$personId', params: { personId: String(person.personId) } })
                }
              >
                <span>{person.name ?? person.email ?? words.people.noName}</span>
                <span className="muted caption">{person.email}</span>
              </MenuItem>
            ))}
          </MenuSection>
        )}
      </Menu>
    </Autocomplete>
  );
};

const usePeople = (text: string) => {
  const q = text.trim();
  const found = useInfiniteQuery({
    ...queries.people({ q }),
    enabled: q.length >= LETTERS_MIN,
    placeholderData: keepPreviousData,
  });
  return q.length < LETTERS_MIN ? [] : (found.data?.pages[0]?.rows ?? []).slice(0, PEOPLE_SHOWN);
};

interface Act {
  readonly id: string;
  readonly name: string;
  readonly run: () => void;
}

/** What the reader may do from anywhere. */
const useActs = (onShortcuts: () => void): readonly Act[] => {
  const { words } = useWords();
  const { mayAct, changeTheme, changeLanguage, language } = useSession();
  const sync = useMutation({
    mutationFn: api.syncNow,
    onSuccess: () => toast(words.home.syncNowDone),
    onError: (error) => toast(wordsOfProblem(problemOf(error), words).title, 'bad'),
  });
  return [
    ...(mayAct ? [{ id: 'sync-now', name: words.home.syncNow, run: () => sync.mutate() }] : []),
    { id: 'language', name: words.commands.otherLanguage, run: () => changeLanguage(language === 'en' ? 'es' : 'en') },
    { id: 'dark', name: words.commands.dark, run: () => changeTheme('dark') },
    { id: 'light', name: words.commands.light, run: () => changeTheme('light') },
    { id: 'shortcuts', name: words.shell.shortcuts, run: onShortcuts },
  ];
};
