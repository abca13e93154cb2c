import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useWords } from '../../words/use-words.ts';
import { Door } from './door.tsx';

/** `to`: where the reader wanted to go. */
export const SignInScreen = ({ to }: { readonly to: string }) => {
  const { words } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: me } = useQuery(queries.me());
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.signIn({ email, password }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.me().queryKey });
      await navigate({ href: to });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate();
  };

  if (me?.firstUserNeeded) {
    return (
      <Door title={words.signIn.title}>
        <Notice tone="idle" title={words.signIn.needLink}>
          {words.signIn.needLinkMore}
        </Notice>
      </Door>
    );
  }
  return (
    <Door title={words.signIn.title}>
      <form onSubmit={submit} noValidate>
        <TextField
          name="email"
          type="email"
          label={words.signIn.email}
          value={email}
          onChange={setEmail}
          autoComplete="username"
          autoFocus
          isRequired
        />
        <TextField
          name="password"
          type="password"
          label={words.signIn.password}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          isRequired
        />
        {signIn.error === null ? null : <Failed problem={problemOf(signIn.error)} live="assertive" hideLink />}
        <Button look="primary" type="submit" isPending={signIn.isPending}>
          {words.signIn.signIn}
        </Button>
      </form>
    </Door>
  );
};
