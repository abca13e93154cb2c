import { ExternalLink } from 'lucide-react';
import { useWords } from '../words/use-words.ts';

/** The record's own page in Salesforce; nothing where its address is not known. */
export const SalesforceLink = ({ url }: { readonly url: string | null }) => {
  const { words } = useWords();
  if (url === null) return null;
  return (
    <a className="button secondary" href={url} target="_blank" rel="noreferrer">
      {words.person.openInSalesforce} <ExternalLink aria-hidden />
    </a>
  );
};
