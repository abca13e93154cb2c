import { type ApiToken, type MadeToken, TokenRole } from '@syncline/contract/tokens';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { settingsApi, settingsQueries } from '../../api/settings-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Section } from '../../components/page.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { When } from '../../components/time.tsx';
import { useWords } from '../../words/use-words.ts';

/** Tokens of programs. The token itself is in the answer that makes it, and nowhere else. */
export const TokenSection = ({ tokens }: { readonly tokens: readonly ApiToken[] }) => {
  const { words } = useWords();
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<MadeToken | null>(null);
  return (
    <Section
      title={words.pages.tokensTitle}
      beside={
        <Button isSmall onPress={() => setMaking(true)}>
          {words.pages.addToken}
        </Button>
      }
    >
      <div className="stack">
        <p className="muted">{words.pages.tokensLead}</p>
        {made === null ? null : (
          <Notice tone="warn" title={words.pages.shownOnce} live="polite">
            <span className="secret-once">
              <span>{made.token.name}</span> <code>{made.secret}</code> <CopyValue value={made.secret} isIconOnly />
            </span>
          </Notice>
        )}
        {tokens.length === 0 ? (
          <div className="card">
            <EmptyState title={words.pages.noTokens} />
          </div>
        ) : (
          <TokenTable tokens={tokens} />
        )}
      </div>
      <Dialog title={words.pages.addToken} isOpen={isMaking} onClose={() => setMaking(false)}>
        <MakeToken
          onMade={(fresh) => {
            setMade(fresh);
            setMaking(false);
          }}
          onClose={() => setMaking(false)}
        />
      </Dialog>
    </Section>
  );
};

const stateOf = ({ revokedAt, expiresAt }: ApiToken, now: Date): 'active' | 'revoked' | 'over' =>
  revokedAt !== null ? 'revoked' : expiresAt !== null && new Date(expiresAt) <= now ? 'over' : 'active';

const TokenTable = ({ tokens }: { readonly tokens: readonly ApiToken[] }) => {
  const { words } = useWords();
  const client = useQueryClient();
  const [ending, setEnding] = useState<ApiToken | null>(null);
  const revoke = useMutation({
    mutationFn: (tokenId: number) => settingsApi.revokeToken(tokenId),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: settingsQueries.tokens().queryKey });
      setEnding(null);
    },
  });
  const columns: readonly Column<ApiToken>[] = [
    {
      key: 'name',
      title: words.pages.token,
      cell: (token) => (
        <>
          {token.name} <code className="muted">…{token.hint}</code>
        </>
      ),
    },
    { key: 'role', title: words.pages.role, cell: (token) => words.pages.roles[token.role] },
    {
      key: 'used',
      title: words.pages.lastUsed,
      isOffPhone: true,
      cell: (token) => <When at={token.lastUsedAt} fallback={words.common.never} />,
    },
    {
      key: 'ends',
      title: words.pages.ends,
      isOffPhone: true,
      cell: (token) => <When at={token.expiresAt} fallback={words.pages.endsNever} />,
    },
    {
      key: 'state',
      title: words.pages.state,
      cell: (token) => <Badge kind="token" state={stateOf(token, new Date())} />,
    },
    {
      key: 'revoke',
      title: words.pages.revoke,
      isTitleHidden: true,
      isTight: true,
      cell: (token) =>
        token.revokedAt === null ? (
          <Button isSmall look="quiet" label={words.pages.revokeOf(token.name)} onPress={() => setEnding(token)}>
            {words.pages.revoke}
          </Button>
        ) : null,
    },
  ];
  return (
    <>
      <DataTable label={words.pages.tokensTitle} columns={columns} rows={tokens} rowKey={(token) => token.tokenId} />
      {ending === null ? null : (
        <ConfirmDialog
          title={words.pages.revokeTitle(ending.name)}
          verb={words.pages.revokeOf(ending.name)}
          look="danger"
          isOpen
          isPending={revoke.isPending}
          problem={revoke.error === null ? null : problemOf(revoke.error)}
          onConfirm={() => revoke.mutate(ending.tokenId)}
          onClose={() => setEnding(null)}
        >
          <p>{words.pages.revokeMore}</p>
        </ConfirmDialog>
      )}
    </>
  );
};

const DAYS = ['0', '30', '90', '365'] as const;

interface MakeTokenProps {
  readonly onMade: (made: MadeToken) => void;
  readonly onClose: () => void;
}

const MakeToken = ({ onMade, onClose }: MakeTokenProps) => {
  const { words } = useWords();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<TokenRole>('viewer');
  const [days, setDays] = useState<(typeof DAYS)[number]>('90');
  const make = useMutation({
    mutationFn: settingsApi.makeToken,
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: settingsQueries.tokens().queryKey });
      onMade(made);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate({ name: name.trim(), role, expiresInDays: days === '0' ? null : Number(days) });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField name="tokenName" label={words.pages.name} value={name} onChange={setName} autoFocus />
      <Select
        label={words.pages.role}
        isStacked
        value={role}
        options={TokenRole.options.map((each) => ({
          value: each,
          label: `${words.pages.roles[each]}: ${words.pages.roleNotes[each]}`,
        }))}
        onChange={setRole}
      />
      <Select
        label={words.pages.expires}
        isStacked
        value={days}
        options={DAYS.map((value) => ({ value, label: words.pages.expiresOptions[value] }))}
        onChange={setDays}
      />
      {make.error === null ? null : <Failed problem={problemOf(make.error)} live="assertive" />}
      <div className="actions">
        <Button onPress={onClose}>{words.common.cancel}</Button>
        <Button type="submit" look="primary" isPending={make.isPending} isDisabled={name.trim() === ''}>
          {words.pages.addToken}
        </Button>
      </div>
    </form>
  );
};
