// Messages of one socket in, each to the protocol in its turn: an id that a client has completed is free for its next operation
// only when the one before has ended here too. The library tells operations apart by nothing but their ids.

type Handle = (text: string) => Promise<void>;

interface Turn {
  /** The client has completed it. */
  isOver: boolean;
  /** The next operation of the same id, until this one has ended. */
  next: string | undefined;
}

/** What a message says of itself; what says nothing is the protocol's to refuse. */
function read(text: string): { type?: unknown; id?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** @param handle - settles when what the message began has ended. @returns the same, in turns. */
export function inTurns(handle: Handle): Handle {
  const turns = new Map<string, Turn>();

  async function begin(id: string, text: string): Promise<void> {
    const turn: Turn = { isOver: false, next: undefined };
    turns.set(id, turn);
    try {
      await handle(text);
    } finally {
      turns.delete(id);
    }
    if (turn.next !== undefined) await begin(id, turn.next);
  }

  return async (text) => {
    const { type, id } = read(text);
    const turn = typeof id === 'string' ? turns.get(id) : undefined;
    if (type === 'complete' && turn) {
      if (turn.next === undefined) turn.isOver = true;
      else {
        turn.next = undefined;
        return;
      }
    }
    if (type !== 'subscribe' || typeof id !== 'string') return handle(text);
    if (!turn) return begin(id, text);
    // One that goes on still, or has its successor already: the protocol knows what to say to that.
    if (!turn.isOver || turn.next !== undefined) return handle(text);
    turn.next = text;
  };
}
