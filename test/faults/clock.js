// Loaded into a server's process by the tests: shifts its wall clock when it is told to. Timers and the monotonic clock go on,
// as they do where a machine's time is set.
const { Date: Real } = globalThis;
let shiftMs = 0;

globalThis.Date = class Shifted extends Real {
  static [Symbol.hasInstance](value) {
    return value instanceof Real;
  }

  constructor(...args) {
    if (args.length === 0) super(Real.now() + shiftMs);
    else super(...args);
  }

  static now() {
    return Real.now() + shiftMs;
  }
};

process.on('message', (message) => {
  if (typeof message?.clock !== 'number') return;
  shiftMs = message.clock;
  process.send('shifted');
});
