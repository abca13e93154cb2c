import '../setup/setup.css';
import type { AdminSession } from '@syncline/contract/setup-org';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { setupApi } from '../../api/setup-api.ts';
import { Button } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';

/** Who of Salesforce's admins is signed in for a moment, and the way to sign one in. Steps 1 and 2 share it. */
export const AdminBar = ({ admin }: { readonly admin: AdminSession | null }) => {
  const { words, formats } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const signOut = useMutation({
    mutationFn: setupApi.signOutAdmin,
    onSuccess: () => client.invalidateQueries({ queryKey: ['setup'] }),
  });
  return (
    <section className="card admin-bar" aria-label={words.admin.label}>
      <ShieldCheck aria-hidden data-on={admin !== null ? '' : undefined} />
      <p className="grow" role="status">
        {admin === null
          ? words.admin.none
          : words.admin.signedIn(admin.username, formats.time(admin.until, new Date()))}
      </p>
      <div className="row">
        {admin === null ? null : (
          <Button look="quiet" isSmall onPress={() => signOut.mutate()} isPending={signOut.isPending}>
            {words.admin.signOut}
          </Button>
        )}
        <Button isSmall onPress={() => setOpen(true)} isDisabled={!mayAdminister}>
          {admin === null ? words.admin.signIn : words.admin.signInAnother}
        </Button>
      </div>
      {signOut.error === null ? null : <Failed problem={problemOf(signOut.error)} live="assertive" />}
      <AdminDialog isOpen={isOpen} onClose={() => setOpen(false)} />
    </section>
  );
};

interface AdminDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const AdminDialog = ({ isOpen, onClose }: AdminDialogProps) => {
  const { words } = useWords();
  return (
    <Dialog title={words.admin.dialog} isOpen={isOpen} onClose={onClose}>
      <AdminForm onClose={onClose} />
    </Dialog>
  );
};

/** What is typed lives as long as the dialog is open. */
const AdminForm = ({ onClose }: { readonly onClose: () => void }) => {
  const { words } = useWords();
  const client = useQueryClient();
  const { data: practice } = useQuery(queries.practice());
  const [form, setForm] = useState({ username: '', password: '', securityToken: '', host: '', isSandbox: false });
  const signIn = useMutation({
    mutationFn: setupApi.signInAdmin,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['setup'] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { username, password, securityToken, isSandbox } = form;
    const host = form.host.trim();
    signIn.mutate({
      method: 'password',
      isSandbox,
      username: username.trim(),
      password,
      ...(securityToken === '' ? {} : { securityToken }),
      ...(host === '' ? {} : { host }),
    });
  };
  const isReady = form.username.trim() !== '' && form.password !== '';
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="muted">{words.admin.dialogLead}</p>
      {practice?.practice == null ? null : (
        <div>
          <Button
            onPress={() => signIn.mutate({ method: 'practice' })}
            isPending={signIn.isPending && signIn.variables.method === 'practice'}
            autoFocus
          >
            {words.admin.practice}
          </Button>
        </div>
      )}
      <TextField
        name="adminUsername"
        label={words.admin.username}
        value={form.username}
        onChange={(username) => setForm({ ...form, username })}
      />
      <TextField
        name="adminPassword"
        type="password"
        label={words.connect.password}
        value={form.password}
        onChange={(password) => setForm({ ...form, password })}
      />
      <TextField
        name="adminToken"
        type="password"
        label={words.connect.token}
        value={form.securityToken}
        onChange={(securityToken) => setForm({ ...form, securityToken })}
        hint={words.connect.tokenHelp}
      />
      <TextField
        name="adminHost"
        label={words.connect.hostOptional}
        placeholder={words.connect.hostPlaceholder}
        value={form.host}
        onChange={(host) => setForm({ ...form, host })}
      />
      <Check isChecked={form.isSandbox} onChange={(isSandbox) => setForm({ ...form, isSandbox })}>
        {words.connect.sandbox}
      </Check>
      {signIn.error === null ? null : <Failed problem={problemOf(signIn.error)} live="assertive" hideLink />}
      <div className="actions">
        <Button onPress={onClose}>{words.common.cancel}</Button>
        <Button
          type="submit"
          look="primary"
          isDisabled={!isReady}
          isPending={signIn.isPending && signIn.variables.method === 'password'}
        >
          {words.signIn.signIn}
        </Button>
      </div>
    </form>
  );
};
