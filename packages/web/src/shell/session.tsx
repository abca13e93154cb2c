/** Who is signed in, and the language and theme of this reader. */

import type { User } from '@syncline/contract/users';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { readPreference, writePreference } from '../lib/preferences.ts';
import type { Language } from '../words/formats.ts';
import { SpokenContext, spoken } from '../words/use-words.ts';

type Theme = 'system' | 'light' | 'dark';

interface Session {
  /** Null on the sign-in screens. */
  readonly user: User | null;
  readonly mayAdminister: boolean;
  readonly mayAct: boolean;
  readonly language: Language;
  readonly changeLanguage: (language: Language) => void;
  readonly theme: Theme;
  readonly changeTheme: (theme: Theme) => void;
}

const SessionContext = createContext<Session | null>(null);

export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession outside of SessionProvider');
  return session;
};

const languageOf = (word: string | null): Language | null => (word === 'en' || word === 'es' ? word : null);

const firstLanguage = (): Language =>
  languageOf(readPreference('syncline.language')) ?? (navigator.language.toLowerCase().startsWith('es') ? 'es' : 'en');

const firstTheme = (): Theme => {
  const word = readPreference('syncline.theme');
  return word === 'light' || word === 'dark' ? word : 'system';
};

export const SessionProvider = ({ children }: { readonly children: ReactNode }) => {
  const client = useQueryClient();
  const user = useQuery(queries.me()).data?.user ?? null;
  const [language, setLanguage] = useState(firstLanguage);
  const [theme, setTheme] = useState(firstTheme);

  // What the user chose elsewhere holds here too.
  useEffect(() => {
    if (user !== null) setLanguage(user.language);
  }, [user]);
  useEffect(() => {
    document.documentElement.lang = language;
    writePreference('syncline.language', language);
  }, [language]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    writePreference('syncline.theme', theme);
  }, [theme]);

  const { mutate: storeLanguage } = useMutation({
    mutationFn: api.changeLanguage,
    onSettled: () => client.invalidateQueries({ queryKey: queries.me().queryKey }),
  });
  const isSignedIn = user !== null;
  const changeLanguage = useCallback(
    (wanted: Language) => {
      setLanguage(wanted);
      if (isSignedIn) storeLanguage(wanted);
    },
    [isSignedIn, storeLanguage],
  );

  const session = useMemo<Session>(
    () => ({
      user,
      mayAdminister: user?.role === 'admin',
      mayAct: user?.role === 'admin' || user?.role === 'operator',
      language,
      changeLanguage,
      theme,
      changeTheme: setTheme,
    }),
    [user, language, changeLanguage, theme],
  );
  const voice = useMemo(() => spoken(language), [language]);
  return (
    <SessionContext value={session}>
      <SpokenContext value={voice}>
        <I18nProvider locale={language === 'es' ? 'es-ES' : 'en-US'}>{children}</I18nProvider>
      </SpokenContext>
    </SessionContext>
  );
};
