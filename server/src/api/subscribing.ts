// A subscription of a socket in, its reader's seat in the broadcast of the operation out. To the protocol's library it is
// an iterable that yields nothing and ends with the operation: the payloads go straight to the socket.
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
} from 'graphql';
import type { WebSocket } from 'ws';
import type { Program } from '../live/broadcast.js';
import type { Broadcasts } from '../live/broadcasts.js';
import type { Snapshot } from '../live/mailbox.js';
import { Sight } from '../live/sight.js';
import type { Log } from '../log.js';
import { formatFailure } from './failure.js';
import type { Wires } from './wire.js';

/** Beside what resolvers find, whose subscription it is. */
export interface SubscriptionContext {
  readonly socket: WebSocket;
  readonly operationId: string;
  /** Of the document, within this process. */
  readonly documentKey: number;
}

export interface SubscribingOptions {
  readonly broadcasts: Broadcasts<Snapshot>;
  readonly wires: Wires;
  readonly log: Log;
}

type Finished = IteratorResult<never, undefined>;
const FINISHED: Finished = { done: true, value: undefined };

/** Takes its seat when the library asks for the first result, which it does once it knows the operation. */
class Attendance implements AsyncIterableIterator<never> {
  private leave: (() => void) | undefined;
  private settle: ((error?: unknown) => void) | undefined;

  /** @param join - takes the seat; `onEnd` hears the broadcast's end. @returns what leaves. */
  constructor(private readonly join: (onEnd: (error?: unknown) => void) => () => void) {}

  next(): Promise<Finished> {
    return new Promise((resolve, reject) => {
      this.settle = (error) => (error === undefined ? resolve(FINISHED) : reject(error));
      this.leave = this.join(this.settle);
    });
  }

  async return(): Promise<Finished> {
    this.leave?.();
    this.settle?.();
    return FINISHED;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** What graphql-ws calls for a subscription. */
export function openSubscribing({ broadcasts, wires, log }: SubscribingOptions) {
  /** The program is everybody's who shares it, so it knows no viewer: a field that asked for one would fail. */
  const programOf = ({ contextValue: _, ...shared }: ExecutionArgs, sight: Sight): Program<Snapshot> => ({
    open: () => sight[Symbol.asyncIterator](),
    async render(snapshot) {
      const { data, errors } = await execute({ ...shared, rootValue: snapshot, contextValue: {} });
      const payload = errors ? { data, errors: errors.map((error) => formatFailure(error, log)) } : { data };
      // The end of the message that a wire begins.
      return `${JSON.stringify(payload)}}`;
    },
  });

  async function attend(args: ExecutionArgs): Promise<ExecutionResult | Attendance> {
    // Each reader's own: it decides whether this viewer may see these campaigns.
    const sight = await createSourceEventStream(args);
    if (!(sight instanceof Sight)) return sight as ExecutionResult;
    const { socket, operationId, documentKey } = args.contextValue as SubscriptionContext;
    const { accountId, known } = sight;
    const name = JSON.stringify([documentKey, args.operationName, accountId, args.variableValues]);
    return new Attendance((onEnd) => {
      const wire = wires.open(socket, operationId, onEnd);
      const leave = broadcasts.join(name, programOf(args, sight), known, wire);
      return () => {
        leave();
        wire.leave();
      };
    });
  }

  // What is thrown here would close the socket on all its operations.
  return (args: ExecutionArgs): Promise<ExecutionResult | Attendance> =>
    attend(args).catch((error: unknown) => ({
      errors: [new GraphQLError('Could not subscribe', { originalError: error as Error })],
    }));
}
