import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Check, ChevronDown } from 'lucide-react';
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { useWords } from '../words/use-words.ts';
import { useSession } from './session.tsx';

const THEMES = ['system', 'light', 'dark'] as const;

export const useSignOut = (): (() => void) => {
  const client = useQueryClient();
  const router = useRouter();
  const { mutate } = useMutation({
    mutationFn: api.signOut,
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: queries.me().queryKey });
      await router.invalidate();
      // Nothing of what this user saw stays for the next one.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
    },
  });
  return () => mutate();
};

export const UserMenu = ({ onShortcuts }: { readonly onShortcuts: () => void }) => {
  const { words } = useWords();
  const { user, theme, changeTheme } = useSession();
  const signOut = useSignOut();
  if (user === null) return null;
  return (
    <MenuTrigger>
      <Button className="user-button" aria-label={words.shell.userMenu(user.name)}>
        <span className="name">{user.name}</span>
        <ChevronDown aria-hidden />
      </Button>
      <Popover className="menu-popover" placement="bottom end">
        <Menu aria-label={words.shell.userMenu(user.name)}>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onSelectionChange={(keys) => {
              const chosen = THEMES.find((each) => keys !== 'all' && keys.has(each));
              if (chosen !== undefined) changeTheme(chosen);
            }}
          >
            <Header>{words.shell.theme}</Header>
            {THEMES.map((each) => (
              <MenuItem key={each} id={each} textValue={words.shell.themes[each]}>
                <span className="mark">{each === theme ? <Check aria-hidden /> : null}</span>
                {words.shell.themes[each]}
              </MenuItem>
            ))}
          </MenuSection>
          <Separator />
          <MenuItem onAction={onShortcuts}>{words.shell.shortcuts}</MenuItem>
          <MenuItem onAction={signOut}>{words.shell.signOut}</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
};
