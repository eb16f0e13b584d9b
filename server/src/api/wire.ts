// Payloads for one operation of one socket in, frames out. Promise: while the socket takes nothing, this process holds the
// newest payload of each campaign for it and no more, and everybody else is served as before; when it has taken nothing
// for too long, it is ended.
import type { WebSocket } from 'ws';
import type { Outlet } from '../live/broadcast.js';

export interface Wires {
  /** An outlet that writes `next` messages of this operation. @param onEnd - the broadcast is over. */
  open(socket: WebSocket, operationId: string, onEnd: (error?: unknown) => void): WireOutlet;
  readonly counts: Readonly<WireCounts>;
  close(): void;
}

export interface WireOutlet extends Outlet {
  /** Takes what it keeps away: nothing is sent any more. */
  leave(): void;
}

export interface WireCounts {
  /** Payloads that a newer one replaced before their reader took them. */
  conflated: number;
  /** Sockets ended because they took nothing for too long. */
  stalled: number;
}

/** How often those that could not take a payload are looked at. */
const LOOK_MS = 20;

interface Lagging {
  /** Tries to send what is kept. @returns whether nothing is kept any more. */
  flush(nowMs: number): boolean;
}

/** @param stalledMs - a socket that takes nothing for so long while something is kept for it is ended. */
export function openWires(stalledMs: number): Wires {
  const lagging = new Set<Lagging>();
  const counts: WireCounts = { conflated: 0, stalled: 0 };
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const nowMs = performance.now();
    for (const each of lagging) if (each.flush(nowMs)) lagging.delete(each);
    if (lagging.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  class Wire implements WireOutlet, Lagging {
    private kept: Map<string, string> | undefined;
    /** When it last took something, while something is kept. */
    private sinceMs = 0;
    /** Nothing more comes after what is kept. */
    private isEnding = false;

    constructor(
      private readonly socket: WebSocket,
      private readonly prefix: string,
      private readonly onEnd: (error?: unknown) => void,
    ) {}

    end(error?: unknown): void {
      // The last payload is the one that counts: it is sent before the end is told.
      if (this.kept && error === undefined) {
        this.isEnding = true;
        return;
      }
      this.leave();
      this.onEnd(error);
    }

    put(campaignId: string, payload: string): void {
      // What a socket has buffered it will send before anything else, so nothing is added to it.
      if (!this.kept && this.socket.bufferedAmount === 0) {
        this.socket.send(this.prefix + payload);
        return;
      }
      if (!this.kept) {
        this.kept = new Map();
        this.sinceMs = performance.now();
        lagging.add(this);
        timer ??= setInterval(look, LOOK_MS);
      }
      if (this.kept.delete(campaignId)) counts.conflated++;
      this.kept.set(campaignId, payload);
    }

    flush(nowMs: number): boolean {
      if (!this.kept || this.socket.readyState !== this.socket.OPEN) return true;
      for (const [campaignId, payload] of this.kept) {
        if (this.socket.bufferedAmount > 0) {
          if (nowMs - this.sinceMs > stalledMs) {
            counts.stalled++;
            this.socket.terminate();
            return true;
          }
          return false;
        }
        this.sinceMs = nowMs;
        this.kept.delete(campaignId);
        this.socket.send(this.prefix + payload);
      }
      this.kept = undefined;
      if (this.isEnding) this.onEnd();
      return true;
    }

    leave(): void {
      this.kept = undefined;
      lagging.delete(this);
    }
  }

  return {
    counts,
    open: (socket, operationId, onEnd) =>
      new Wire(socket, `{"id":${JSON.stringify(operationId)},"type":"next","payload":`, onEnd),
    close: () => clearInterval(timer),
  };
}
