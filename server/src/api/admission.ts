// Who comes in, how often and how many at once: operations by credential and second, sockets by address and account,
// operations by socket. What is too much is RATE_LIMITED, and fits again a second later or when something else has ended.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { OperationTypeNode } from 'graphql';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Viewer } from '../accounts/viewer.js';
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

  return {
    admitRequest: (viewer) => admitOne(viewer, viewer.kind === 'key' ? viewer.keyId : viewer.tokenId),

    admitSocket(request) {
      const address = addressOf(request, limits.proxyHops);
      const isCounted = !isLoopbackAddress(address);
      if (isCounted && !byAddress.add(address, limits.addressSockets)) return undefined;
      const socketId = randomUUID();
      let accountId: string | undefined;
      let isGone = false;
      return {
        socketId,
        admitViewer(viewer) {
          // It may have closed while its credential was looked up.
          if (isGone) return;
          if (!byAccount.add(viewer.accountId, limits.accountSockets))
            throw tooMuch(`at most ${limits.accountSockets} sockets of this account`);
          accountId = viewer.accountId;
        },
        async admitOperation(viewer, running) {
          if (running > limits.socketOperations)
            throw tooMuch(`at most ${limits.socketOperations} operations at a time on this socket`);
          await admitOne(viewer, socketId);
        },
        // Readers of one account all come back at once after a restart, and a token is shared by all who look at a page.
        async admitRequest(viewer, operation) {
          if (viewer.kind === 'key' && operation !== 'subscription') await admitOne(viewer, viewer.keyId);
        },
        leave() {
          if (isGone) return;
          isGone = true;
          if (isCounted) byAddress.remove(address);
          if (accountId !== undefined) byAccount.remove(accountId);
        },
      };
    },
  };
}
