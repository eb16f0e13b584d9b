// The way back from numbers added by hand: an opt-in just after the very opt-outs that were added, and so of none that came
// later. Contacts that were opted out before were not added, and stay as they are.
import { useApolloClient, useMutation } from '@apollo/client/react';
import {
  OptOutCountDocument,
  OptOutsDocument,
  RecordOptInsDocument,
} from '@campaign-analytics/schema/graphql';
import { useState } from 'react';
import { figuresIn } from '../../src/boxes/figures.js';
import { failureText } from '../pieces/failure.js';
import type { Added } from './added-numbers.js';
import type { OptedOut } from './opt-out-list.js';
import { MOST_AT_ONCE, mayBe } from './typed-numbers.js';

interface OptIn {
  readonly contact: string;
  readonly at: string;
}

export interface Undo {
  readonly isRunning: boolean;
  readonly isDone: boolean;
  /** What was undone. */
  readonly text: string;
  readonly fault: string | null;
  run(): void;
}

const { count, isOne } = figuresIn('en');

export function useUndo({ typed, payload }: Added): Undo {
  const client = useApolloClient();
  const [optIn] = useMutation(RecordOptInsDocument, {
    refetchQueries: [OptOutsDocument, OptOutCountDocument],
    awaitRefetchQueries: true,
  });
  const [isRunning, setRunning] = useState(false);
  const [undone, setUndone] = useState<number | null>(null);
  const [fault, setFault] = useState<string | null>(null);

  const undo = async (): Promise<void> => {
    const { data } = await client.query({
      query: OptOutsDocument,
      variables: { first: MOST_AT_ONCE },
      fetchPolicy: 'no-cache',
    });
    const contacts = (data?.optOuts.edges ?? []).map(({ node }) => node);
    const added = addedOf(
      contacts.filter(({ contact }) => mayBe(contact, typed)),
      payload.recorded,
    );
    if (added.length === 0)
      return setFault('They cannot be told from others any more. Remove them one by one.');
    const optIns = added.map(({ contact, at }) => ({
      contact,
      at: new Date(Date.parse(at) + 1).toISOString(),
    }));
    await optIn({ variables: { optIns } });
    setUndone(added.length);
  };
  return {
    isRunning,
    isDone: undone !== null,
    text: undone === null ? '' : `Undone for ${count(undone)} ${isOne(undone) ? 'number' : 'numbers'}.`,
    fault,
    run() {
      if (isRunning) return;
      setRunning(true);
      setFault(null);
      undo()
        .catch((error: unknown) => setFault(failureText(error)))
        .finally(() => setRunning(false));
    },
  };
}

/** All that were added at once have the same time, and before it nothing that counts. */
function addedOf(contacts: readonly OptedOut[], recorded: number): OptIn[] {
  const oldest = contacts.flatMap(({ contact, optOuts }) => {
    const optOut = optOuts.at(-1);
    return optOut?.source === 'ACCOUNT' && !optOut.campaignId ? [{ contact, at: optOut.at }] : [];
  });
  const together = (at: string): OptIn[] => oldest.filter((each) => each.at === at);
  const one = oldest.find(({ at }) => together(at).length === recorded);
  return one ? together(one.at) : [];
}
