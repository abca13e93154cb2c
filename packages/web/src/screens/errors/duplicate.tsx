/** OUT32: the records that a duplicate rule of the org found, and three ways out. */
import type { ErrorDetail } from '@syncline/contract/errors';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Failed } from '../../components/failed.tsx';
import { Section } from '../../components/page.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';

type Duplicate = NonNullable<ErrorDetail['duplicate']>;
type Match = Duplicate['matches'][number];

const useAct = (run: () => Promise<unknown>, said: string) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async () => {
      toast(said);
      await Promise.all([['errors'], ['people'], ['status']].map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
};

/** On the person's page: the same, of the error that stands open. */
export const DuplicateOfPerson = ({ errorId }: { readonly errorId: number }) => {
  const error = useQuery(queries.error(errorId));
  const duplicate = error.data?.resolvedAt === null ? error.data.duplicate : null;
  return duplicate === null || duplicate === undefined ? null : <DuplicateWays errorId={errorId} found={duplicate} />;
};

export const DuplicateWays = ({ errorId, found }: { readonly errorId: number; readonly found: Duplicate }) => {
  const { words } = useWords();
  const said = words.errors.duplicate;
  const columns: readonly Column<Match>[] = [
    { key: 'name', width: '24%', title: said.record, cell: (match) => match.name ?? match.salesforceId },
    { key: 'object', width: '12%', title: words.home.object, cell: (match) => match.object },
    { key: 'email', width: '24%', title: said.email, cell: (match) => match.email ?? '–' },
    { key: 'company', width: '16%', title: said.company, cell: (match) => match.company ?? '–' },
    {
      key: 'act',
      width: '24%',
      title: said.act,
      cell: (match) => <MatchAct errorId={errorId} found={found} match={match} />,
    },
  ];
  return (
    <Section title={said.title}>
      <div className="stack">
        <p>{found.isByEmail ? said.leadByEmail : said.lead(found.rule)}</p>
        {found.matches.length === 0 ? (
          <p className="muted">{said.noMatches}</p>
        ) : (
          <DataTable label={said.title} columns={columns} rows={found.matches} rowKey={(match) => match.salesforceId} />
        )}
        <SaveAnyway errorId={errorId} found={found} />
        <p className="muted">{said.leave}</p>
      </div>
    </Section>
  );
};

const MatchAct = ({
  errorId,
  found,
  match,
}: {
  readonly errorId: number;
  readonly found: Duplicate;
  readonly match: Match;
}) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const said = words.errors.duplicate;
  const link = useAct(() => api.linkToMatch(errorId, match.salesforceId), said.linked);
  return (
    <div className="stack">
      {match.personId === null ? null : (
        <Link to="/people/$personId" params={{ personId: String(match.personId) }}>
          {said.isPerson}
        </Link>
      )}
      {found.canLink && match.canLink ? (
        <Button isSmall onPress={() => link.mutate()} isPending={link.isPending} isDisabled={!mayAct}>
          {said.link(match.name ?? match.salesforceId)}
        </Button>
      ) : null}
      {match.recordUrl === null ? null : (
        <a href={match.recordUrl} target="_blank" rel="noreferrer">
          {words.person.openInSalesforce} <ExternalLink aria-hidden size={14} />
        </a>
      )}
      {link.error === null ? null : <Failed problem={problemOf(link.error)} live="assertive" />}
    </div>
  );
};

const SaveAnyway = ({ errorId, found }: { readonly errorId: number; readonly found: Duplicate }) => {
  const { save, isByEmail } = found;
  const { words } = useWords();
  const { mayAct } = useSession();
  const said = words.errors.duplicate;
  const act = useAct(() => api.saveAnyway(errorId), said.saving);
  return (
    <div className="stack">
      <p>{isByEmail ? said.ownLeadNote : said.save[save]}</p>
      {save === 'allowed' ? (
        <div>
          <Button isSmall onPress={() => act.mutate()} isPending={act.isPending} isDisabled={!mayAct}>
            {isByEmail ? said.ownLead : said.saveAnyway}
          </Button>
        </div>
      ) : null}
      {act.error === null ? null : <Failed problem={problemOf(act.error)} live="assertive" />}
    </div>
  );
};
