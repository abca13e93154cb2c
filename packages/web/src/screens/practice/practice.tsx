import '../person/person.css';
import { useQuery } from '@tanstack/react-query';
import { ExternalLink, FlaskConical } from 'lucide-react';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { useUsePractice } from '../../api/use-practice.ts';
import { Button } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';

/** What is this org, and how do I make the other side change? */
export const PracticeScreen = () => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const practice = useQuery(queries.practice());
  const { data: status } = useQuery(queries.status());
  const use = useUsePractice();
  const mayUse = status?.stage === 'not_connected' || status?.stage === 'not_confirmed';
  return (
    <Page title={words.practice.title} lead={words.practice.lead} width="narrow">
      <Faces query={practice}>
        {({ practice: org }) =>
          org === null ? (
            <div className="card">
              <EmptyState
                icon={<FlaskConical aria-hidden strokeWidth={1.5} />}
                title={words.practice.absent}
                why={words.practice.absentMore}
                action={<code>{words.practice.command}</code>}
              />
            </div>
          ) : (
            <section className="card stack" aria-label={words.practice.title}>
              {org.inUse ? <Notice tone="ok">{words.practice.inUse}</Notice> : null}
              <dl className="facts">
                <dt>{words.practice.address}</dt>
                <dd>{org.url}</dd>
                <dt>{words.practice.user}</dt>
                <dd>{org.username}</dd>
                <dt>{words.practice.consumerKey}</dt>
                <dd>
                  <CopyValue value={org.clientId} />
                </dd>
              </dl>
              <p className="muted">{words.practice.openNote}</p>
              <div className="row">
                <a className="button secondary" href={org.url} target="_blank" rel="noreferrer">
                  {words.practice.open} <ExternalLink aria-hidden />
                </a>
                {mayUse && !org.inUse ? (
                  <Button
                    look="primary"
                    onPress={() => use.mutate()}
                    isPending={use.isPending}
                    isDisabled={!mayAdminister}
                  >
                    {words.practice.use}
                  </Button>
                ) : null}
              </div>
              {use.error === null ? null : <Failed problem={problemOf(use.error)} live="assertive" />}
            </section>
          )
        }
      </Faces>
    </Page>
  );
};
