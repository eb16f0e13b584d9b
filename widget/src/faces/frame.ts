// At most one paint per animation frame, at any rate of states. A page that nobody sees has no frames: the newest state
// waits, and is painted when the page is seen again.

export interface Painter<T> {
  /** Replaces what was waiting. */
  show(value: T): void;
  stop(): void;
}

export function startPainter<T>(paint: (value: T) => void): Painter<T> {
  let waiting: T;
  let frame: number | undefined;
  return {
    show(value) {
      waiting = value;
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        paint(waiting);
      });
    },
    stop() {
      if (frame !== undefined) cancelAnimationFrame(frame);
      frame = undefined;
    },
  };
}
