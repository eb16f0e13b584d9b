// Who comes in, how often and how many at once: operations by credential and second, sockets by address and account,
// operations by socket. What is too much is RATE_LIMITED, and fits again a second later or when something else has ended.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { OperationTypeNode } from 'graphql';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { countedAs, type Viewer } from '../accounts/viewer.js';
import { AppError } from '../errors.js';
import type { Limits } from '../limits.js';
import { addressOf, isLoopbackAddress } from './address.js';

/** One socket's place. */
export interface Seat {
  /** Names the socket in the log. */
  readonly socketId: string;
  /** Counts the socket to its account, once it is known. @throws AppError RATE_LIMITED */
  admitViewer(viewer: Viewer): void;
  /**
   * Counts an operation in, before its text is looked at.
   *
   * @param running - operations of this socket now, this one included.
   * @throws AppError RATE_LIMITED
   */
  admitOperation(viewer: Viewer, running: number): Promise<void>;
  /** Counts it to its key as well, like a request, if it is one: not a subscription. @throws AppError RATE_LIMITED */
  admitRequest(viewer: Viewer, operation: OperationTypeNode | undefined): Promise<void>;
  /** The socket is gone. */
  leave(): void;
}

export interface Admission {
  /** Counts an HTTP request in. @throws AppError RATE_LIMITED */
  admitRequest(viewer: Viewer): Promise<void>;
  /** A place for a socket; undefined where its address has all it may have. */
  admitSocket(request: IncomingMessage): Seat | undefined;
}

const tooMuch = (expected: string): AppError =>
  new AppError('RATE_LIMITED', `Expected ${expected}: wait a second, then try again`);

/** Counts by name, of which only those that count are kept. */
class Tally {
  private readonly counts = new Map<string, number>();

  /** @returns false where there are `most` already. */
  add(name: string, most: number): boolean {
    const count = this.counts.get(name) ?? 0;
    if (count >= most) return false;
    this.counts.set(name, count + 1);
    return true;
  }

  remove(name: string): void {
    const count = this.counts.get(name) ?? 0;
    if (count > 1) this.counts.set(name, count - 1);
    else this.counts.delete(name);
  }
}

export function openAdmission(limits: Limits): Admission {
  const byAddress = new Tally();
  const byAccount = new Tally();
  const rates = {
    key: new RateLimiterMemory({ points: limits.keyRequests, duration: 1 }),
    token: new RateLimiterMemory({ points: limits.tokenRequests, duration: 1 }),
  };

  async function admitOne(viewer: Viewer, name: string): Promise<void> {
    const rate = rates[viewer.kind];
    await rate.consume(name).catch(() => {
      throw tooMuch(`at most ${rate.points} operations a second with this credential`);
    });
  }

  // A class, because there are as many of them as readers.
  class Place implements Seat {
    readonly socketId = randomUUID();
    private accountId: string | undefined;
    private isGone = false;

    /** @param address - to count out again; undefined where it is not counted. */
    constructor(private readonly address: string | undefined) {}

    admitViewer({ accountId }: Viewer): void {
      // It may have closed while its credential was looked up.
      if (this.isGone) return;
      if (!byAccount.add(accountId, limits.accountSockets))
        throw tooMuch(`at most ${limits.accountSockets} sockets of this account`);
      this.accountId = accountId;
    }

    async admitOperation(viewer: Viewer, running: number): Promise<void> {
      if (running > limits.socketOperations)
        throw tooMuch(`at most ${limits.socketOperations} operations at a time on this socket`);
      await admitOne(viewer, this.socketId);
    }

    // Readers of one account all come back at once after a restart, and a token is shared by all who look at a page.
    async admitRequest(viewer: Viewer, operation: OperationTypeNode | undefined): Promise<void> {
      if (viewer.kind === 'key' && operation !== 'subscription') await admitOne(viewer, countedAs(viewer));
    }

    leave(): void {
      if (this.isGone) return;
      this.isGone = true;
      if (this.address !== undefined) byAddress.remove(this.address);
      if (this.accountId !== undefined) byAccount.remove(this.accountId);
    }
  }

  return {
    admitRequest: (viewer) => admitOne(viewer, countedAs(viewer)),

    admitSocket(request) {
      const address = addressOf(request, limits.proxyHops);
      if (isLoopbackAddress(address)) return new Place(undefined);
      return byAddress.add(address, limits.addressSockets) ? new Place(address) : undefined;
    },
  };
}
