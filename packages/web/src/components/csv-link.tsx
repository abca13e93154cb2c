import { Download } from 'lucide-react';
import { csvPath } from '../api/client.ts';

export interface CsvLinkProps {
  readonly list: 'people' | 'runs' | 'errors';
  /** The filters of the list as it is shown. */
  readonly filter: Readonly<Record<string, string | number | undefined>>;
  readonly label: string;
  readonly isSmall?: boolean;
}

/** The rows of a list as a file, with the same filters. The browser saves it, so nothing of it is held in the page. */
export const CsvLink = ({ list, filter, label, isSmall = false }: CsvLinkProps) => (
  <a className={`button secondary${isSmall ? ' small' : ''}`} href={csvPath(list, filter)} download>
    <Download aria-hidden /> {label}
  </a>
);
