import '../setup/setup.css';
import './setup-fields.css';
import type { FieldPlace, SetupField, SetupFields, SetupFieldsAct } from '@syncline/contract/setup-org';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeftRight, Copy, Download, Eye, Lock } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { PACKAGE_URL, setupApi, setupQueries } from '../../api/setup-api.ts';
import { Badge, ToneBadge } from '../../components/badge.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useWords } from '../../words/use-words.ts';
import { AdminBar } from '../setup-admin/admin-bar.tsx';
import { OutcomeList } from '../setup-admin/outcome-list.tsx';
import { StepHead } from '../setup-admin/step-head.tsx';
import {
  type Chosen,
  countOn,
  countTiers,
  firstChoice,
  toCreate,
  toGrant,
  toMap,
  toRestrict,
  withChoice,
} from './field-acts.ts';

const PLACES = 34;

/** Which fields does Syncline want in Salesforce, and who makes them? */
export const SetupFieldsScreen = () => {
  const { words } = useWords();
  const fields = useQuery(setupQueries.fields());
  return (
    <Page
      title={words.setup.steps.fields}
      lead={words.setupFields.lead}
      above={<StepHead step={1} />}
      actions={
        <Button onPress={() => void fields.refetch()} isPending={fields.isFetching}>
          {words.setup.checkAgain}
        </Button>
      }
    >
      <Faces
        query={fields}
        skeleton={
          <div className="card stack" role="status">
            <p className="muted">{words.setupFields.checking(PLACES)}</p>
            <Skeleton rows={8} />
          </div>
        }
      >
        {(data) => <Body data={data} />}
      </Faces>
    </Page>
  );
};

const Body = ({ data }: { readonly data: SetupFields }) => {
  const { words } = useWords();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Chosen>(() => firstChoice(data.fields));
  const act = useMutation({
    mutationFn: (wanted: SetupFieldsAct) => setupApi.actOnFields(wanted),
    onSettled: () => client.invalidateQueries({ queryKey: ['setup'] }),
  });
  const tiers = countTiers(data.fields);
  return (
    <>
      <AdminBar admin={data.admin} />
      <WrongTypes fields={data.fields} />
      <div className="row spread">
        <p className="muted">
          <strong>{words.setupFields.found(data.found, data.wanted)}</strong> ·{' '}
          {words.setupFields.counts(tiers.needed, tiers.recommended, tiers.optional)}
        </p>
      </div>
      <FieldTable
        fields={data.fields}
        chosen={chosen}
        onChoose={(apiName, isChosen) => setChosen((before) => withChoice(before, apiName, isChosen))}
      />
      {act.error === null ? null : <Failed problem={problemOf(act.error)} live="assertive" />}
      {act.data === undefined ? null : <OutcomeList outcomes={act.data.outcomes} />}
      <Acts data={data} chosen={chosen} isPending={act.isPending} onAct={(wanted) => act.mutate(wanted)} />
      <HandOver />
      <div className="row spread">
        <ButtonLink to="/setup">{words.common.back}</ButtonLink>
        <ButtonLink look="primary" to="/setup/sync-user">
          {words.setupFields.continue}
        </ButtonLink>
      </div>
    </>
  );
};

const WrongTypes = ({ fields }: { readonly fields: readonly SetupField[] }) => {
  const { words } = useWords();
  const wrong = fields.flatMap(({ label, lead, contact }) => [
    ...(lead.state === 'wrong_type' ? [[label, lead.foundType ?? '', words.setupFields.onLead] as const] : []),
    ...(contact.state === 'wrong_type' ? [[label, contact.foundType ?? '', words.setupFields.onContact] as const] : []),
  ]);
  if (wrong.length === 0) return null;
  return (
    <Notice tone="bad">
      {wrong.map(([label, type, object]) => (
        <p key={`${object}.${label}`}>{words.setupFields.wrongType(label, type, object)}</p>
      ))}
    </Notice>
  );
};

interface FieldTableProps {
  readonly fields: readonly SetupField[];
  readonly chosen: Chosen;
  readonly onChoose: (apiName: string, isChosen: boolean) => void;
}

const FieldTable = ({ fields, chosen, onChoose }: FieldTableProps) => {
  const { words } = useWords();
  const place = (of: FieldPlace, { tier }: SetupField) => (
    <span title={of.state === 'hidden' || of.state === 'read_only' ? words.setupFields.hints[of.state] : undefined}>
      {of.state === 'missing' && tier === 'optional' ? (
        // Nothing is wrong where something that nobody needs is not there.
        <ToneBadge tone="idle" word={words.setupFields.places.missing} />
      ) : (
        <Badge kind="place" state={of.state} />
      )}
    </span>
  );
  const columns: readonly Column<SetupField>[] = [
    {
      key: 'field',
      title: words.setupFields.field,
      cell: (field) => (
        <span className="chosen-field">
          <Check
            isLabelHidden
            isChecked={field.tier === 'needed' || chosen.has(field.apiName)}
            isDisabled={field.tier === 'needed'}
            onChange={(isChosen) => onChoose(field.apiName, isChosen)}
          >
            {words.setupFields.choose(field.label)}
          </Check>
          <span>
            {field.label} <span className="muted caption">{words.setupFields.tiers[field.tier]}</span>
            <br />
            <code className="muted">{field.apiName}</code>
          </span>
        </span>
      ),
    },
    { key: 'type', title: words.setupFields.type, cell: (field) => field.type, isOffPhone: true },
    { key: 'lead', title: words.setupFields.onLead, cell: (field) => place(field.lead, field), isTight: true },
    { key: 'contact', title: words.setupFields.onContact, cell: (field) => place(field.contact, field), isTight: true },
    {
      key: 'edit',
      title: words.setupFields.edit,
      cell: (field) => words.setupFields.edits[field.edit],
      isOffPhone: true,
    },
    {
      key: 'onConvert',
      title: words.setupFields.onConvert,
      cell: (field) => words.setupFields.converts[field.onConvert],
      isOffPhone: true,
    },
  ];
  return (
    <DataTable label={words.setup.steps.fields} columns={columns} rows={fields} rowKey={(field) => field.apiName} />
  );
};

interface ActsProps {
  readonly data: SetupFields;
  readonly chosen: Chosen;
  readonly isPending: boolean;
  readonly onAct: (wanted: SetupFieldsAct) => void;
}

/** What can be done for the chosen fields; creating asks first, since a field in Salesforce is there for everybody. */
const Acts = ({ data, chosen, isPending, onAct }: ActsProps) => {
  const { words } = useWords();
  const { data: status } = useQuery(queries.status());
  const [isOpen, setOpen] = useState(false);
  const create = toCreate(data.fields, chosen);
  const restrict = toRestrict(data.fields, chosen);
  const grant = toGrant(data.fields, chosen);
  const map = toMap(data.fields, chosen);
  const mayAct = data.admin !== null;
  const isUnknown = data.fields.every(
    ({ lead, contact }) => lead.state === contact.state && lead.state === 'cannot_tell',
  );
  const nothing = create.length + restrict.length + grant.length + map.length === 0;
  return (
    <section className="stack tight">
      <div className="row">
        {create.length === 0 ? null : (
          <Button
            look="primary"
            onPress={() => setOpen(true)}
            isDisabled={!mayAct}
            isPending={isPending}
            {...(mayAct ? {} : { describedBy: 'needs-admin' })}
          >
            {words.setupFields.create(create.length)}
          </Button>
        )}
        {grant.length === 0 ? null : (
          <Button
            icon={<Eye aria-hidden />}
            onPress={() => onAct({ fixAccess: [...grant] })}
            isDisabled={!mayAct || isPending}
          >
            {words.setupFields.grant(grant.length)}
          </Button>
        )}
        {restrict.length === 0 ? null : (
          <Button
            icon={<Lock aria-hidden />}
            onPress={() => onAct({ fixAccess: [...restrict] })}
            isDisabled={!mayAct || isPending}
          >
            {words.setupFields.restrict(restrict.length)}
          </Button>
        )}
        {map.length === 0 ? null : (
          <Button
            icon={<ArrowLeftRight aria-hidden />}
            onPress={() => onAct({ mapOnConvert: [...map] })}
            isDisabled={!mayAct || isPending}
          >
            {words.setupFields.map(map.length)}
          </Button>
        )}
      </div>
      {mayAct || nothing ? null : (
        <p id="needs-admin" className="muted">
          {words.admin.why}
        </p>
      )}
      {nothing && !isUnknown ? <p className="muted">{words.setupFields.nothingToDo}</p> : null}
      {mayAct && restrict.length > 0 ? <p className="muted">{words.setupFields.restrictHint}</p> : null}
      <ConfirmDialog
        title={words.setupFields.createTitle(create.length, status?.org?.name ?? 'Salesforce')}
        verb={words.setupFields.createVerb(create.length)}
        isOpen={isOpen}
        isPending={isPending}
        problem={null}
        onConfirm={() => {
          setOpen(false);
          onAct({ create: [...create] });
        }}
        onClose={() => setOpen(false)}
      >
        <p>{words.setupFields.createDialog(countOn(create, 'Lead'), countOn(create, 'Contact'))}</p>
      </ConfirmDialog>
    </section>
  );
};

/** For whoever is no Salesforce admin: the same as a package, and a message to go with it. */
const HandOver = () => {
  const { words } = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(words.setupFields.message(window.location.origin)).then(() => setCopied(true));
  };
  return (
    <div className="row">
      <a className="button secondary" href={PACKAGE_URL} download>
        <Download aria-hidden /> {words.setupFields.download}
      </a>
      <Button icon={<Copy aria-hidden />} onPress={copy}>
        {words.setupFields.copyMessage}
      </Button>
      <span role="status" className="muted">
        {isCopied ? words.setupFields.copied : ''}
      </span>
    </div>
  );
};
