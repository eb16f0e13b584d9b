// Contacts that the export calls opted out in, opt-outs of the campaign out. Spoke says neither when nor how, so both are
// inferred: AUTO at the reply that was an opt-out term, else MANUAL at the conversation's last message.
// Promise: a conversation that has an opt-out gets no other, so importing again undoes no later opt-in.
import type { OptOutInput } from '../intake/inputs.js';
import type { Intake } from '../intake/intake.js';
import type { Notebook, OptedOut } from './notebook.js';
import type { OptOutTally } from './summary.js';

export interface InferenceOptions {
  readonly intake: Intake;
  readonly notebook: Notebook;
  readonly accountId: string;
  readonly campaign: { readonly id: string; readonly createdAt: Date };
}

/** Infers and records the opt-outs of these contacts, adding to the tally; settles when they are committed. */
export async function recordInferred(
  { intake, notebook, accountId, campaign }: InferenceOptions,
  contacts: readonly (string | null)[],
  tally: OptOutTally,
): Promise<void> {
  const phones = contacts.filter((each) => each !== null);
  if (phones.length === 0) return;

  const infer = ({ contact, source, termAt, lastMessageAt }: OptedOut): OptOutInput[] => {
    const inferred = source ?? (termAt ? 'AUTO' : 'MANUAL');
    if (inferred === 'AUTO') tally.auto++;
    else tally.manual++;
    // Who opted out without a message did so, for all that is known, when the campaign came here: the same time in
    // each later import.
    const at = (termAt ?? lastMessageAt ?? campaign.createdAt).toISOString();
    return source ? [] : [{ campaignId: campaign.id, contact, source: inferred, at }];
  };

  const optOuts = (await notebook.optedOut(accountId, campaign.id, phones)).flatMap(infer);
  if (optOuts.length === 0) return;
  const answer = await intake.recordOptOuts(accountId, optOuts);
  tally.recorded += answer.recorded;
}
