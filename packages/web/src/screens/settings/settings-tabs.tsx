import '../../components/tabs.css';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../words/use-words.ts';

/** The pages of settings that exist. */
export const SettingsTabs = () => {
  const { words } = useWords();
  const { tabs } = words.pages;
  return (
    <nav className="views" aria-label={words.settings.pages}>
      <Link to="/settings/connection">{tabs.connection}</Link>
      <Link to="/settings/sync">{tabs.sync}</Link>
      <Link to="/settings/filters">{tabs.filters}</Link>
      <Link to="/settings/defaults">{tabs.defaults}</Link>
      <Link to="/settings/budget">{tabs.budget}</Link>
      <Link to="/settings/notifications">{tabs.notifications}</Link>
      <Link to="/settings/users">{tabs.users}</Link>
    </nav>
  );
};
