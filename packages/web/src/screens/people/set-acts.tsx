import type { SetAction } from '@syncline/contract/actions';
import { useQueryClient } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { RunningAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { AskSet, type PickedPeople, type SetDialogProps } from './ask-set.tsx';
import { ChangeOwnerOfSet } from './change-owner-of-set.tsx';
import { ConvertSet } from './convert-set.tsx';
import { DeleteSet } from './delete-set.tsx';
import { SetProgress } from './set-progress.tsx';

type Asking = 'sync' | 'owner' | 'convert' | 'delete_there' | 'delete';

interface SetActsProps {
  readonly picked: PickedPeople;
  readonly act: RunningAction<SetAction>;
  /** Those who are picked are let go: the action knows them. */
  readonly onBegun: () => void;
}

/** What can be done with those who are picked: as with one person (UI 3.12), counted first. */
export const SetActs = ({ picked, act, onBegun }: SetActsProps) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const [asking, setAsking] = useState<Asking | null>(null);
  const dialog: SetDialogProps = {
    picked,
    onAsk: (wish) => act.ask(wish, onBegun),
    onClose: () => setAsking(null),
  };
  return (
    <>
      <Button isSmall onPress={() => setAsking('sync')} isDisabled={!mayAct}>
        {words.acts.syncNow}
      </Button>
      <Button isSmall onPress={() => setAsking('owner')} isDisabled={!mayAct}>
        {words.acts.changeOwner}
      </Button>
      <MenuTrigger>
        <AriaButton className="button secondary small" isDisabled={!mayAct}>
          {words.acts.more}
          <ChevronDown aria-hidden />
        </AriaButton>
        <Popover className="menu-popover" placement="bottom end">
          <Menu aria-label={words.acts.more}>
            <MenuItem onAction={() => setAsking('convert')}>{words.acts.convert}</MenuItem>
            <MenuItem onAction={() => setAsking('delete_there')}>{words.acts.deleteInSalesforce}</MenuItem>
            <MenuItem onAction={() => setAsking('delete')}>{words.acts.deletePeople}</MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {asking === 'sync' ? <SyncSet {...dialog} /> : null}
      {asking === 'owner' ? <ChangeOwnerOfSet {...dialog} /> : null}
      {asking === 'convert' ? <ConvertSet {...dialog} /> : null}
      {asking === 'delete' || asking === 'delete_there' ? (
        <DeleteSet {...dialog} begins={asking === 'delete' ? 'here' : 'there'} />
      ) : null}
    </>
  );
};

const SyncSet = (props: SetDialogProps) => {
  const { words } = useWords();
  return (
    <AskSet
      {...props}
      title={words.acts.set.syncTitle(props.picked.said)}
      verb={words.acts.set.verbs.sync}
      wish={{ kind: 'sync', ...props.picked.whom }}
    />
  );
};

/** How what was asked of a set goes on; the list is asked again once it has ended. */
export const SetOutcome = ({ act }: { readonly act: RunningAction<SetAction> }) => {
  const client = useQueryClient();
  const isEnded = act.action?.isEnded === true;
  useEffect(() => {
    if (isEnded)
      for (const queryKey of [['people'], ['people-asked'], ['people-views']])
        void client.invalidateQueries({ queryKey });
  }, [isEnded, client]);
  if (act.wish === null) return null;
  return <SetProgress kind={act.wish.kind} act={act} onClose={act.leave} />;
};
