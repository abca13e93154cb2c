import { Check } from '../../components/check.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useWords } from '../../words/use-words.ts';
import type { ConnectForm } from './connect-form.ts';

export interface ConnectFieldsProps {
  readonly form: ConnectForm;
  readonly onChange: (form: ConnectForm) => void;
  readonly errorOf: (name: keyof ConnectForm) => string | undefined;
  /** Said under secrets that are stored for this way. */
  readonly savedHint: string | undefined;
}

export const ConnectFields = (props: ConnectFieldsProps) =>
  props.form.method === 'client_credentials' ? <ClientCredentials {...props} /> : <Classic {...props} />;

const Sandbox = ({ form, onChange }: ConnectFieldsProps) => {
  const { words } = useWords();
  return (
    <div className="box">
      <Check
        isChecked={form.isSandbox}
        onChange={(isSandbox) => onChange({ ...form, isSandbox })}
        {...(form.method === 'password' ? { hint: words.connect.sandboxHint } : {})}
      >
        {words.connect.sandbox}
      </Check>
    </div>
  );
};

const ClientCredentials = (props: ConnectFieldsProps) => {
  const { form, onChange, errorOf, savedHint } = props;
  const { words } = useWords();
  return (
    <>
      <div className="connect-fields">
        <TextField
          name="host"
          label={words.connect.host}
          placeholder={words.connect.hostPlaceholder}
          value={form.host}
          onChange={(host) => onChange({ ...form, host })}
          error={errorOf('host')}
          isRequired
        />
        <Sandbox {...props} />
        <TextField
          name="clientId"
          label={words.connect.consumerKey}
          value={form.clientId}
          onChange={(clientId) => onChange({ ...form, clientId })}
          error={errorOf('clientId')}
          isRequired
        />
        <TextField
          name="clientSecret"
          type="password"
          label={words.connect.consumerSecret}
          value={form.clientSecret}
          onChange={(clientSecret) => onChange({ ...form, clientSecret })}
          error={errorOf('clientSecret')}
          hint={savedHint}
        />
      </div>
      <details className="how-to">
        <summary>{words.connect.howTo}</summary>
        <ol>
          {words.connect.howToSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </details>
    </>
  );
};

const Classic = (props: ConnectFieldsProps) => {
  const { form, onChange, errorOf, savedHint } = props;
  const { words } = useWords();
  return (
    <>
      <Notice tone="warn">{words.connect.classicNotice}</Notice>
      <div className="connect-fields">
        <TextField
          name="username"
          label={words.connect.username}
          value={form.username}
          onChange={(username) => onChange({ ...form, username })}
          error={errorOf('username')}
          isRequired
        />
        <Sandbox {...props} />
        <TextField
          name="password"
          type="password"
          label={words.connect.password}
          value={form.password}
          onChange={(password) => onChange({ ...form, password })}
          error={errorOf('password')}
          hint={savedHint}
        />
        <TextField
          name="securityToken"
          type="password"
          label={words.connect.token}
          value={form.securityToken}
          onChange={(securityToken) => onChange({ ...form, securityToken })}
          hint={words.connect.tokenHelp}
        />
        <TextField
          name="host"
          label={words.connect.hostOptional}
          placeholder={words.connect.hostPlaceholder}
          value={form.host}
          onChange={(host) => onChange({ ...form, host })}
        />
      </div>
    </>
  );
};
