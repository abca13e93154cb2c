import { PASSWORD_LENGTH_MIN } from '@syncline/contract/users';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Failed } from '../../components/failed.tsx';
import { type FormMistake, FormSummary } from '../../components/form-summary.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useSession } from '../../shell/session.tsx';
import type { Words } from '../../words/en.ts';
import { LANGUAGES, type Language } from '../../words/formats.ts';
import { useWords } from '../../words/use-words.ts';
import { Door } from './door.tsx';

interface Answers {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

const mistakesIn = (answers: Answers, words: Words): readonly FormMistake[] => {
  const mistakes: FormMistake[] = [];
  if (answers.name.trim() === '') mistakes.push({ field: 'name', message: words.signIn.needed(words.signIn.name) });
  if (!answers.email.includes('@')) mistakes.push({ field: 'email', message: words.signIn.emailWrong });
  if (answers.password.length < PASSWORD_LENGTH_MIN) {
    mistakes.push({ field: 'password', message: words.signIn.tooShort(answers.password.length) });
  }
  return mistakes;
};

const LANGUAGE_OPTIONS = [
  { value: 'en', label: LANGUAGES.en },
  { value: 'es', label: LANGUAGES.es },
] as const satisfies readonly { value: Language; label: string }[];

/** `code` is from the link that the server printed; it works once. */
export const FirstSignInScreen = ({ code }: { readonly code: string }) => {
  const { words } = useWords();
  const { language, changeLanguage } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [answers, setAnswers] = useState<Answers>({ name: '', email: '', password: '' });
  const [attempt, setAttempt] = useState(0);
  const create = useMutation({
    mutationFn: () => api.createFirstUser({ code, ...answers, language }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.me().queryKey });
      await navigate({ to: '/setup' });
    },
  });
  const mistakes = mistakesIn(answers, words);
  const shown = attempt === 0 ? [] : mistakes;
  const errorOf = (field: string): string | undefined => shown.find((mistake) => mistake.field === field)?.message;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (mistakes.length > 0) setAttempt(attempt + 1);
    else create.mutate();
  };

  return (
    <Door title={words.signIn.firstTitle} lead={words.signIn.firstLead}>
      <form onSubmit={submit} noValidate>
        <FormSummary mistakes={shown} attempt={attempt} />
        <TextField
          name="name"
          label={words.signIn.name}
          value={answers.name}
          onChange={(name) => setAnswers({ ...answers, name })}
          autoComplete="name"
          error={errorOf('name')}
          autoFocus
          isRequired
        />
        <TextField
          name="email"
          type="email"
          label={words.signIn.email}
          value={answers.email}
          onChange={(email) => setAnswers({ ...answers, email })}
          autoComplete="username"
          error={errorOf('email')}
          isRequired
        />
        <TextField
          name="password"
          type="password"
          label={words.signIn.passwordFirst}
          value={answers.password}
          onChange={(password) => setAnswers({ ...answers, password })}
          autoComplete="new-password"
          error={errorOf('password')}
          isRequired
        />
        <Select
          isStacked
          label={words.signIn.language}
          value={language}
          options={LANGUAGE_OPTIONS}
          onChange={changeLanguage}
        />
        {create.error === null ? null : <Failed problem={problemOf(create.error)} live="assertive" />}
        <Button look="primary" type="submit" isPending={create.isPending}>
          {words.signIn.create}
        </Button>
      </form>
    </Door>
  );
};
