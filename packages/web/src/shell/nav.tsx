import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Activity,
  Building2,
  FlaskConical,
  Handshake,
  House,
  OctagonX,
  Scale,
  Settings,
  TableProperties,
  Users,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import { useWords } from '../words/use-words.ts';

export interface NavProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Search, language and sign-out, which a phone has here instead of in the bar. */
  readonly phoneTools: ReactNode;
}

export const Nav = ({ isOpen, onClose, phoneTools }: NavProps) => {
  const { words, formats } = useWords();
  const { data: status } = useQuery(queries.status());
  const isSetUp = status?.stage === 'running' || status?.stage === 'initial_sync';
  const openErrors = status?.openErrors ?? 0;
  return (
    <nav id="main-nav" className={`side${isOpen ? ' open' : ''}`} aria-label={words.shell.mainNav} onClick={onClose}>
      <ul>
        <li>
          <Link to={isSetUp ? '/' : '/setup'} activeOptions={{ exact: isSetUp, includeSearch: false }}>
            <House aria-hidden /> {isSetUp ? words.shell.home : words.setup.title}
          </Link>
        </li>
        <li>
          <Link to="/activity">
            <Activity aria-hidden /> {words.shell.activity}
          </Link>
        </li>
        <li>
          <Link to="/errors">
            <OctagonX aria-hidden /> {words.shell.errors}
            {openErrors === 0 ? null : (
              <span className="count" aria-label={words.shell.openErrors(openErrors)}>
                {formats.number(openErrors)}
              </span>
            )}
          </Link>
        </li>
        <li>
          <Link to="/people">
            <Users aria-hidden /> {words.shell.people}
          </Link>
        </li>
        <li>
          <Link to="/companies">
            <Building2 aria-hidden /> {words.companies.title}
          </Link>
        </li>
        <li>
          <Link to="/opportunities">
            <Handshake aria-hidden /> {words.opportunities.title}
          </Link>
        </li>
        <li>
          <Link to="/conflicts">
            <Scale aria-hidden /> {words.shell.conflicts}
          </Link>
        </li>
        <li>
          <Link to="/fields">
            <TableProperties aria-hidden /> {words.shell.fields}
          </Link>
        </li>
        <li>
          <Link to="/settings" activeOptions={{ exact: false }}>
            <Settings aria-hidden /> {words.shell.settings}
          </Link>
        </li>
        <li className="gap" aria-hidden />
        <li>
          <Link to="/practice">
            <FlaskConical aria-hidden /> {words.shell.practice}
          </Link>
        </li>
      </ul>
      <div className="phone-tools" onClick={(event) => event.stopPropagation()}>
        {phoneTools}
      </div>
    </nav>
  );
};
