import '../settings/settings.css';
import { useQuery } from '@tanstack/react-query';
import { settingsQueries } from '../../api/settings-api.ts';
import { Faces } from '../../components/faces.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { SettingsTabs } from '../settings/settings-tabs.tsx';
import { TokenSection } from './tokens.tsx';
import { UserSection } from './users.tsx';

/** Who may use this Syncline: people, and programs with a token. */
export const SettingsUsersScreen = () => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  return (
    <Page title={words.settings.title} width="narrow">
      <SettingsTabs />
      {mayAdminister ? <Everybody /> : <Notice tone="idle">{words.pages.adminsOnly}</Notice>}
    </Page>
  );
};

const Everybody = () => {
  const users = useQuery(settingsQueries.users());
  const tokens = useQuery(settingsQueries.tokens());
  return (
    <>
      <Faces query={users}>{(data) => <UserSection users={data.users} />}</Faces>
      <Faces query={tokens}>{(data) => <TokenSection tokens={data.tokens} />}</Faces>
    </>
  );
};
