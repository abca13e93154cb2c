import { type Language, type NewUser, PASSWORD_LENGTH_MIN, Role, type UserRow } from '@syncline/contract/users';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { settingsApi, settingsQueries } from '../../api/settings-api.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { FormSummary } from '../../components/form-summary.tsx';
import { Section } from '../../components/page.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { When } from '../../components/time.tsx';
import { useSession } from '../../shell/session.tsx';
import { LANGUAGES } from '../../words/formats.ts';
import { useWords } from '../../words/use-words.ts';

/** People, their roles, and the way in for another one. */
export const UserSection = ({ users }: { readonly users: readonly UserRow[] }) => {
  const { words } = useWords();
  const [isAdding, setAdding] = useState(false);
  return (
    <Section
      title={words.pages.usersTitle}
      beside={
        <Button isSmall onPress={() => setAdding(true)}>
          {words.pages.addUser}
        </Button>
      }
    >
      <UserTable users={users} />
      <Dialog title={words.pages.addUser} isOpen={isAdding} onClose={() => setAdding(false)}>
        <AddUser onClose={() => setAdding(false)} />
      </Dialog>
    </Section>
  );
};

const useUsersChanged = () => {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: settingsQueries.users().queryKey });
};

const UserTable = ({ users }: { readonly users: readonly UserRow[] }) => {
  const { words } = useWords();
  const { user: me } = useSession();
  const onChanged = useUsersChanged();
  const [leaving, setLeaving] = useState<UserRow | null>(null);
  const change = useMutation({
    mutationFn: ({ userId, role }: Pick<UserRow, 'userId' | 'role'>) => settingsApi.changeUser(userId, { role }),
    onSettled: onChanged,
  });
  const columns: readonly Column<UserRow>[] = [
    {
      key: 'name',
      title: words.pages.name,
      cell: (user) => (
        <>
          {user.name} {user.userId === me?.userId ? <span className="muted">({words.pages.you})</span> : null}
        </>
      ),
    },
    { key: 'email', title: words.pages.email, cell: (user) => user.email },
    {
      key: 'role',
      title: words.pages.role,
      cell: (user) => (
        <Select
          label={words.pages.roleOf(user.name)}
          isLabelHidden
          value={user.role}
          options={Role.options.map((role) => ({ value: role, label: words.pages.roles[role] }))}
          onChange={(role) => change.mutate({ userId: user.userId, role })}
        />
      ),
    },
    {
      key: 'seen',
      title: words.pages.lastSeen,
      isOffPhone: true,
      cell: (user) => <When at={user.signedInAt} fallback={words.pages.notThere} />,
    },
    {
      key: 'remove',
      title: words.pages.removeUser,
      isTitleHidden: true,
      isTight: true,
      cell: (user) => (
        <Button isSmall look="quiet" label={words.pages.removeUserOf(user.name)} onPress={() => setLeaving(user)}>
          {words.pages.removeUser}
        </Button>
      ),
    },
  ];
  return (
    <div className="stack tight">
      {change.error === null ? null : <Failed problem={problemOf(change.error)} live="assertive" />}
      <DataTable label={words.pages.usersTitle} columns={columns} rows={users} rowKey={(user) => user.userId} />
      {leaving === null ? null : <RemoveUser user={leaving} onClose={() => setLeaving(null)} />}
    </div>
  );
};

const RemoveUser = ({ user, onClose }: { readonly user: UserRow; readonly onClose: () => void }) => {
  const { words } = useWords();
  const onChanged = useUsersChanged();
  const remove = useMutation({
    mutationFn: () => settingsApi.removeUser(user.userId),
    onSuccess: async () => {
      await onChanged();
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={words.pages.removeUserTitle(user.name)}
      verb={words.pages.removeUserOf(user.name)}
      look="danger"
      isOpen
      isPending={remove.isPending}
      problem={remove.error === null ? null : problemOf(remove.error)}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{words.pages.removeUserMore}</p>
    </ConfirmDialog>
  );
};

const AddUser = ({ onClose }: { readonly onClose: () => void }) => {
  const { words, language } = useWords();
  const onChanged = useUsersChanged();
  const [form, setForm] = useState<NewUser>({ name: '', email: '', role: 'viewer', language, password: '' });
  const [attempt, setAttempt] = useState(0);
  const add = useMutation({
    mutationFn: settingsApi.addUser,
    onSuccess: async () => {
      await onChanged();
      onClose();
    },
  });
  const mistakes = [
    ...(form.name.trim() === '' ? [{ field: 'newName', message: words.signIn.needed(words.pages.name) }] : []),
    ...(form.email.includes('@') ? [] : [{ field: 'newEmail', message: words.signIn.emailWrong }]),
    ...(form.password.length < PASSWORD_LENGTH_MIN
      ? [{ field: 'newPassword', message: words.signIn.tooShort(form.password.length) }]
      : []),
  ];
  const errorOf = (field: string): string | undefined =>
    attempt === 0 ? undefined : mistakes.find((mistake) => mistake.field === field)?.message;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (mistakes.length > 0) setAttempt(attempt + 1);
    else add.mutate(form);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="muted">{words.pages.addUserLead}</p>
      <FormSummary mistakes={attempt === 0 ? [] : mistakes} attempt={attempt} />
      <TextField
        name="newName"
        label={words.pages.name}
        value={form.name}
        onChange={(name) => setForm({ ...form, name })}
        error={errorOf('newName')}
        autoFocus
      />
      <TextField
        name="newEmail"
        type="email"
        label={words.pages.email}
        value={form.email}
        onChange={(email) => setForm({ ...form, email })}
        error={errorOf('newEmail')}
      />
      <TextField
        name="newPassword"
        type="password"
        label={words.pages.password}
        autoComplete="new-password"
        value={form.password}
        onChange={(password) => setForm({ ...form, password })}
        error={errorOf('newPassword')}
      />
      <div className="row">
        <Select
          label={words.pages.role}
          isStacked
          value={form.role}
          options={Role.options.map((role) => ({
            value: role,
            label: `${words.pages.roles[role]}: ${words.pages.roleNotes[role]}`,
          }))}
          onChange={(role) => setForm({ ...form, role })}
        />
        <Select<Language>
          label={words.pages.language}
          isStacked
          value={form.language}
          options={(['en', 'es'] as const).map((value) => ({ value, label: LANGUAGES[value] }))}
          onChange={(wanted) => setForm({ ...form, language: wanted })}
        />
      </div>
      {add.error === null ? null : <Failed problem={problemOf(add.error)} live="assertive" />}
      <div className="actions">
        <Button onPress={onClose}>{words.common.cancel}</Button>
        <Button type="submit" look="primary" isPending={add.isPending}>
          {words.pages.addUser}
        </Button>
      </div>
    </form>
  );
};
