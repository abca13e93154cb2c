import type { Person } from '@syncline/contract/people';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Button } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { MergeDialog } from '../merge/merge-dialog.tsx';
import { ChangeOwner } from './change-owner.tsx';
import { ConvertPerson } from './convert-person.tsx';
import { DeletePerson } from './delete-person.tsx';
import { type Act, problemOfAct } from './use-act.ts';

type Asking = 'owner' | 'convert' | 'merge' | 'delete_there' | 'delete';

interface ActButtonsProps {
  readonly person: Person['person'];
  readonly act: Act;
}

/** What can be done with this person now. While one thing is done, its word stands for the others. */
export const ActButtons = ({ person, act }: ActButtonsProps) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = (): void => setAsking(null);
  if (act.isRunning && act.kind !== null) return <Button isPending>{words.acts.running[act.kind]}</Button>;
  const isInSalesforce = person.recordKind === 'lead' || person.recordKind === 'contact';
  return (
    <>
      {isInSalesforce ? (
        <Button onPress={() => act.ask({ kind: 'sync', ids: [person.personId] })} isDisabled={!mayAct}>
          {words.acts.syncNow}
        </Button>
      ) : null}
      <Button onPress={() => setAsking('owner')} isDisabled={!mayAct}>
        {words.acts.changeOwner}
      </Button>
      {person.recordKind === 'contact' ? null : (
        <Button onPress={() => setAsking('convert')} isDisabled={!mayAct}>
          {words.acts.convert}
        </Button>
      )}
      <MenuTrigger>
        <AriaButton className="button secondary" isDisabled={!mayAct}>
          {words.acts.more}
          <ChevronDown aria-hidden />
        </AriaButton>
        <Popover className="menu-popover" placement="bottom end">
          <Menu aria-label={words.acts.more}>
            <MenuItem onAction={() => setAsking('merge')}>{words.acts.mergePage.open}</MenuItem>
            {isInSalesforce ? (
              <MenuItem onAction={() => setAsking('delete_there')}>{words.acts.deleteInSalesforce}</MenuItem>
            ) : null}
            <MenuItem onAction={() => setAsking('delete')}>{words.acts.deletePerson}</MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {asking === 'owner' ? <ChangeOwner person={person} act={act} onClose={close} /> : null}
      {asking === 'convert' ? <ConvertPerson person={person} act={act} onClose={close} /> : null}
      {asking === 'merge' ? <MergeDialog personId={person.personId} others={null} onClose={close} /> : null}
      {asking === 'delete' || asking === 'delete_there' ? (
        <DeletePerson person={person} act={act} begins={asking === 'delete' ? 'here' : 'there'} onClose={close} />
      ) : null}
    </>
  );
};

/** What became of it, in place. */
export const ActNotice = ({ act }: { readonly act: Act }) => {
  const { words } = useWords();
  const problem = problemOfAct(act);
  if (problem !== null) return <Failed problem={problem} live="assertive" />;
  const { outcome, kind } = act;
  if (outcome === null || kind === null) return null;
  const isDone = outcome.step === 'done';
  return (
    <Notice tone={isDone ? 'ok' : 'run'} title={isDone ? words.acts.did[kind] : words.acts.running[kind]} live="polite">
      {isDone ? null : <p>{words.acts.steps[outcome.step]}</p>}
      {isDone && outcome.made?.opportunityId ? (
        <p>
          {words.acts.opportunityMade} <CopyValue value={outcome.made.opportunityId} />
        </p>
      ) : null}
    </Notice>
  );
};
