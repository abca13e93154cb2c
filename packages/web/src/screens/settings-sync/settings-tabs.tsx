import '../../components/tabs.css';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../words/use-words.ts';

/** The pages of settings that exist. */
export const SettingsTabs = () => {
  const { words } = useWords();
  return (
    <nav className="views" aria-label={words.settings.pages}>
      <Link to="/settings/connection">{words.settings.connection}</Link>
      <Link to="/settings/sync">{words.settings.sync}</Link>
    </nav>
  );
};
