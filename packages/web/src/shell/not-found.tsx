import { localProblem } from '../api/problem.ts';
import { ButtonLink } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Failed } from '../components/failed.tsx';
import { Page } from '../components/page.tsx';
import { useWords } from '../words/use-words.ts';

export const NotFound = () => {
  const { words } = useWords();
  return (
    <Page title={words.notFound.title} width="narrow">
      <div className="card">
        <EmptyState title={words.notFound.title} action={<ButtonLink to="/">{words.notFound.home}</ButtonLink>} />
      </div>
    </Page>
  );
};

/** A fault of this page itself; it is in the browser's console too. */
export const Broken = () => (
  <div className="page narrow">
    <Failed problem={localProblem('page-broken')} onRetry={() => window.location.reload()} />
  </div>
);
