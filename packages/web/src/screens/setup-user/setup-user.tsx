import '../setup/setup.css';
import type { SetupUser, UserCheck } from '@syncline/contract/setup-org';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { problemOf } from '../../api/problem.ts';
import { setupApi, setupQueries } from '../../api/setup-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ToneIcon } from '../../components/tone.tsx';
import { type Spoken, useWords } from '../../words/use-words.ts';
import { AdminBar } from '../setup-admin/admin-bar.tsx';
import { OutcomeList } from '../setup-admin/outcome-list.tsx';
import { StepHead } from '../setup-admin/step-head.tsx';
import { type CheckGroups, checkKey, groupChecks } from './check-groups.ts';

/** May this user do what Syncline needs, and who can change it? */
export const SetupUserScreen = () => {
  const { words } = useWords();
  const user = useQuery(setupQueries.syncUser());
  return (
    <Page
      title={words.setup.steps.sync_user}
      lead={words.setupUser.lead}
      above={<StepHead step={2} />}
      actions={
        <Button onPress={() => void user.refetch()} isPending={user.isFetching}>
          {words.setup.checkAgain}
        </Button>
      }
    >
      <Faces query={user}>{(data) => <Body data={data} />}</Faces>
    </Page>
  );
};

const Body = ({ data }: { readonly data: SetupUser }) => {
  const { words } = useWords();
  const client = useQueryClient();
  const groups = groupChecks(data);
  const mend = useMutation({
    mutationFn: setupApi.mendSyncUser,
    onSettled: () => client.invalidateQueries({ queryKey: ['setup'] }),
  });
  return (
    <>
      <section className="card row spread" aria-label={words.setupUser.user}>
        <p>
          <strong>{data.user.username}</strong> <span className="muted">{data.user.name}</span>
          <br />
          <span className="muted">
            {words.setupUser.edition(data.edition)}
            {data.user.profile === null ? '' : ` · ${words.setupUser.profile(data.user.profile)}`}
          </span>
        </p>
        <ButtonLink isSmall to="/setup/connect">
          {words.setupUser.another}
        </ButtonLink>
      </section>
      <AdminBar admin={data.admin} />
      {groups.mayNotRead && data.admin !== null ? (
        <Notice tone="warn" title={words.admin.mayNotRead(data.admin.username)} live="polite">
          {words.admin.mayNotReadMore}
        </Notice>
      ) : null}
      {mend.error === null ? null : <Failed problem={problemOf(mend.error)} live="assertive" />}
      {mend.data === undefined ? null : <OutcomeList outcomes={mend.data.outcomes} />}
      <ToFix groups={groups} mayMend={data.admin !== null} isPending={mend.isPending} onMend={() => mend.mutate()} />
      <Unknown groups={groups} hasAdmin={data.admin !== null} />
      <Passed checks={groups.passed} />
      <div className="row spread">
        <ButtonLink to="/setup/fields">{words.common.back}</ButtonLink>
        <ButtonLink look="primary" to="/setup/connect">
          {words.setupUser.continue}
        </ButtonLink>
      </div>
    </>
  );
};

/** Our word for an object, where we have one; Salesforce's name where we have none. */
const objectWord = (object: string | null, { words }: Spoken): string =>
  object === null ? '' : ((words.objects as Readonly<Record<string, string>>)[object] ?? object);

const sentenceOf = (check: UserCheck, voice: Spoken): string => {
  const { words } = voice;
  const object = objectWord(check.object, voice);
  const missing =
    check.check === 'sharing'
      ? words.setupUser.seenOf(check.seen ?? 0, check.there ?? 0)
      : check.missing
          .map((name) => (check.check === 'object_rights' ? (words.setupUser.rights[name] ?? name) : name))
          .join(', ');
  return words.setupUser.checks[check.check].toFix(object, missing);
};

const titleOf = (check: UserCheck, voice: Spoken): string => {
  const { words } = voice;
  if (check.check === 'sharing' && check.seen !== null && check.there !== null)
    return words.setupUser.seen(objectWord(check.object, voice), check.seen, check.there);
  const { title } = words.setupUser.checks[check.check];
  return check.object === null ? title : words.setupUser.of(title, objectWord(check.object, voice));
};

interface ToFixProps {
  readonly groups: CheckGroups;
  readonly mayMend: boolean;
  readonly isPending: boolean;
  readonly onMend: () => void;
}

const ToFix = ({ groups, mayMend, isPending, onMend }: ToFixProps) => {
  const voice = useWords();
  const { words } = voice;
  const { toFix, isMendable } = groups;
  if (toFix.length === 0)
    return groups.unknown.length === 0 ? (
      <Notice tone="ok" title={words.setupUser.allPass}>
        {words.setupUser.hide}
      </Notice>
    ) : null;
  return (
    <Section
      title={words.setupUser.toFix(toFix.length)}
      beside={
        isMendable ? (
          <Button
            look="primary"
            onPress={onMend}
            isPending={isPending}
            isDisabled={!mayMend}
            describedBy={mayMend ? 'mend-hint' : 'needs-admin'}
          >
            {words.setupUser.mend}
          </Button>
        ) : null
      }
    >
      {isMendable ? (
        <p id={mayMend ? 'mend-hint' : 'needs-admin'} className="muted" style={{ marginBottom: 12 }}>
          {mayMend ? words.setupUser.mendHint : words.admin.why}
        </p>
      ) : null}
      <ul className="card flush check-list">
        {toFix.map((check) => (
          <li key={checkKey(check)}>
            <span>
              {sentenceOf(check, voice)}
              {check.check === 'sharing' ? <span className="muted"> {words.setupUser.seenWhy}</span> : null}
            </span>
            <Badge kind="effect" state={check.effect} />
            <span className="muted">{words.setupUser.who[check.whoCanFix]}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
};

const Unknown = ({ groups, hasAdmin }: { readonly groups: CheckGroups; readonly hasAdmin: boolean }) => {
  const voice = useWords();
  const { words } = voice;
  if (groups.unknown.length === 0) return null;
  return (
    <Section title={words.setupUser.unknown(groups.unknown.length)}>
      {hasAdmin ? null : (
        <p className="muted" style={{ marginBottom: 12 }}>
          {words.setupUser.unknownWhy}
        </p>
      )}
      <ul className="card flush check-list">
        {groups.unknown.map((check) => (
          <li key={checkKey(check)}>
            <span>{check.check === 'professional_layouts' ? sentenceOf(check, voice) : titleOf(check, voice)}</span>
            <Badge kind="effect" state={check.effect} />
            <span className="muted">{words.setupUser.who[check.whoCanFix]}</span>
            {check.check === 'professional_layouts' ? (
              <ol className="hand">
                {words.setupUser.professional.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
};

const Passed = ({ checks }: { readonly checks: readonly UserCheck[] }) => {
  const voice = useWords();
  if (checks.length === 0) return null;
  return (
    <details className="card checks-passed">
      <summary>{voice.words.setupUser.passed(checks.length)}</summary>
      <ul>
        {checks.map((check) => (
          <li key={checkKey(check)} className="badge ok plain">
            <ToneIcon tone="ok" /> {titleOf(check, voice)}
          </li>
        ))}
      </ul>
    </details>
  );
};
