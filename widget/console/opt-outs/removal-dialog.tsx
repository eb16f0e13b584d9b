import { useMutation } from '@apollo/client/react';
import {
  OptOutCountDocument,
  OptOutsDocument,
  RemoveOptOutDocument,
} from '@campaign-analytics/schema/graphql';
import { Confirmation } from '../pieces/confirmation.js';
import type { OptedOut } from './opt-out-list.js';

export interface RemovalDialogProps {
  readonly contact: OptedOut;
  onRemoved(): void;
  onClose(): void;
}

/** Names what opting in again does: to the contact, and to which campaigns' boxes. */
export function RemovalDialog({ contact, onRemoved, onClose }: RemovalDialogProps) {
  const [remove] = useMutation(RemoveOptOutDocument, {
    variables: { phone: contact.contact },
    refetchQueries: [OptOutsDocument, OptOutCountDocument],
    awaitRefetchQueries: true,
  });
  const confirm = async (): Promise<void> => {
    const { data } = await remove();
    const [rejected] = data?.removeOptOut.rejected ?? [];
    if (rejected) throw new Error(rejected.message);
    onRemoved();
  };
  const campaigns = campaignsLeft(contact);
  return (
    <Confirmation
      title={`Opt ${contact.contact} in again?`}
      action="Opt in again"
      isDangerous
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        All its opt-outs are undone, in the whole account, and every campaign may write to it again. Do this
        only if the contact asked for it.
      </p>
      <p>
        {campaigns.length === 0
          ? "No campaign's numbers change."
          : `It leaves the opt-out boxes of ${listed(campaigns)}.`}
      </p>
    </Confirmation>
  );
}

/** The campaigns in whose boxes the contact is now. */
function campaignsLeft({ optOuts }: OptedOut): string[] {
  const inBoxes = optOuts.filter(({ source, campaignName }) => source !== 'ACCOUNT' && campaignName);
  return [
    ...new Map(inBoxes.map(({ campaignId, campaignName }) => [campaignId, campaignName ?? ''])).values(),
  ];
}

const listed = (names: readonly string[]): string =>
  new Intl.ListFormat('en').format([
    ...names.slice(0, 3).map((name) => `“${name}”`),
    ...others(names.length - 3),
  ]);

const others = (number: number): string[] =>
  number > 0 ? [`${number} other ${number === 1 ? 'campaign' : 'campaigns'}`] : [];
