import type { ConnectMethod } from '@syncline/contract/setup';
import type { ReactNode } from 'react';
import { callbackUrl } from '../../api/setup-api.ts';
import { Check } from '../../components/check.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
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

/** What one way of signing in asks for, and where to get it. */
export const ConnectFields = (props: ConnectFieldsProps) => {
  const { words } = useWords();
  const { method } = props.form;
  return (
    <>
      {method === 'password' ? <Notice tone="warn">{words.connect.classicNotice}</Notice> : null}
      {method === 'web' ? <p className="muted">{words.waysIn.signInLead}</p> : null}
      <div className="connect-fields">{FIELDS[method](props)}</div>
      <details className="how-to">
        <summary>{words.connect.howTo}</summary>
        <ol>
          {words.waysIn.steps[method].map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </details>
      {method === 'web' ? <Callback /> : null}
    </>
  );
};

const Callback = () => {
  const { words } = useWords();
  return (
    <dl className="callback">
      <dt>{words.waysIn.callback}</dt>
      <dd>
        <code>{callbackUrl()}</code> <CopyValue value={callbackUrl()} isIconOnly />
        <br />
        <span className="muted">{words.waysIn.callbackHint}</span>
      </dd>
    </dl>
  );
};

const FIELDS = {
  client_credentials: (props) => (
    <>
      <Host {...props} isRequired />
      <Sandbox {...props} />
      <ClientId {...props} />
      <Secret {...props} name="clientSecret" />
    </>
  ),
  web: (props) => (
    <>
      <ClientId {...props} />
      <Sandbox {...props} />
      <Secret {...props} name="clientSecret" />
      <Host {...props} />
    </>
  ),
  jwt: (props) => (
    <>
      <ClientId {...props} />
      <Sandbox {...props} />
      <Username {...props} />
      <Host {...props} />
      <PrivateKey {...props} />
    </>
  ),
  password: (props) => (
    <>
      <Username {...props} />
      <Sandbox {...props} />
      <Secret {...props} name="password" />
      <Token {...props} />
      <Host {...props} />
    </>
  ),
} as const satisfies Record<ConnectMethod, (props: ConnectFieldsProps) => ReactNode>;

const Sandbox = ({ form, onChange }: ConnectFieldsProps) => {
  const { words } = useWords();
  return (
    <div className="box">
      <Check
        isChecked={form.isSandbox}
        onChange={(isSandbox) => onChange({ ...form, isSandbox })}
        {...(form.method === 'client_credentials' ? {} : { hint: words.connect.sandboxHint })}
      >
        {words.connect.sandbox}
      </Check>
    </div>
  );
};

const Host = ({ form, onChange, errorOf, isRequired }: ConnectFieldsProps & { readonly isRequired?: boolean }) => {
  const { words } = useWords();
  return (
    <TextField
      name="host"
      label={isRequired ? words.connect.host : words.connect.hostOptional}
      placeholder={words.connect.hostPlaceholder}
      value={form.host}
      onChange={(host) => onChange({ ...form, host })}
      error={errorOf('host')}
      isRequired={isRequired ?? false}
    />
  );
};

const ClientId = ({ form, onChange, errorOf }: ConnectFieldsProps) => {
  const { words } = useWords();
  return (
    <TextField
      name="clientId"
      label={words.connect.consumerKey}
      value={form.clientId}
      onChange={(clientId) => onChange({ ...form, clientId })}
      error={errorOf('clientId')}
      isRequired
    />
  );
};

const Username = ({ form, onChange, errorOf }: ConnectFieldsProps) => {
  const { words } = useWords();
  return (
    <TextField
      name="username"
      label={words.connect.username}
      value={form.username}
      onChange={(username) => onChange({ ...form, username })}
      error={errorOf('username')}
      isRequired
    />
  );
};

interface SecretProps extends ConnectFieldsProps {
  readonly name: 'clientSecret' | 'password';
}

const Secret = ({ form, onChange, errorOf, savedHint, name }: SecretProps) => {
  const { words } = useWords();
  const label =
    name === 'password'
      ? words.connect.password
      : form.method === 'web'
        ? words.waysIn.secretOptional
        : words.connect.consumerSecret;
  return (
    <TextField
      name={name}
      type="password"
      label={label}
      value={form[name]}
      onChange={(value) => onChange({ ...form, [name]: value })}
      error={errorOf(name)}
      hint={savedHint}
    />
  );
};

const Token = ({ form, onChange }: ConnectFieldsProps) => {
  const { words } = useWords();
  return (
    <TextField
      name="securityToken"
      type="password"
      label={words.connect.token}
      value={form.securityToken}
      onChange={(securityToken) => onChange({ ...form, securityToken })}
      hint={words.connect.tokenHelp}
    />
  );
};

const PrivateKey = ({ form, onChange, errorOf, savedHint }: ConnectFieldsProps) => {
  const { words } = useWords();
  return (
    <TextField
      name="privateKey"
      label={words.waysIn.privateKey}
      value={form.privateKey}
      onChange={(privateKey) => onChange({ ...form, privateKey })}
      error={errorOf('privateKey')}
      hint={savedHint ?? words.waysIn.privateKeyHint}
      isMultiline
    />
  );
};
