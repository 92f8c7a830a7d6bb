/** What was asked for, sent and nacked in the last while, in slices: bounded memory, whatever the rate. */
export interface NackWindow {
  /** A call was asked for, whether it is sent or held back. */
  readonly offer: (nowMs: number) => void;
  /** A request goes out. Returns the mark of its slice, for `nacked` and `takeBack`. */
  readonly send: (nowMs: number) => number;
  /** The request sent at `mark` was nacked. */
  readonly nacked: (mark: number, nowMs: number) => void;
  /** The request counted at `mark` was never sent after all: it says nothing. */
  readonly takeBack: (mark: number, nowMs: number) => void;
  /** Calls asked for within the window that ends now. */
  readonly offered: (nowMs: number) => number;
  /** Share of the requests of the window that were not nacked, 0 to 1; 1 when there was none. */
  readonly ratio: (nowMs: number) => number;
}

const SLICES = 10;

interface Slice {
  offered: number;
  sent: number;
  nacked: number;
}

/**
 * A request counts when it is sent, and its nack counts where its sending does. To count requests when they end instead
 * hides all that are under way, and a nack that is counted at another time than its request makes the share wrong as
 * soon as one has left the window and the other has not (both in zeromicro/go-zero#5011). A nack that comes when its
 * request has left the window already is counted anew, as both: else a window shorter than the callee's delay would
 * learn nothing.
 *
 * @param windowMs Over 0.
 */
export function createNackWindow(windowMs: number, startMs: number): NackWindow {
  const sliceMs = windowMs / SLICES;
  const slices: Slice[] = Array.from({ length: SLICES }, () => ({ offered: 0, sent: 0, nacked: 0 }));
  const sum: Slice = { offered: 0, sent: 0, nacked: 0 };
  let current = Math.floor(startMs / sliceMs);

  const at = (slice: number) => slices[indexOf(slice)] ?? sum;
  const leave = (slice: Slice) => {
    sum.offered -= slice.offered;
    sum.sent -= slice.sent;
    sum.nacked -= slice.nacked;
    slice.offered = 0;
    slice.sent = 0;
    slice.nacked = 0;
  };
  const moveTo = (nowMs: number) => {
    const slice = Math.floor(nowMs / sliceMs);
    const steps = Math.min(slice - current, SLICES);
    for (let step = 1; step <= steps; step += 1) leave(at(current + step));
    if (slice > current) current = slice;
  };
  const isHeld = (mark: number) => mark > current - SLICES;

  return {
    offer(nowMs) {
      moveTo(nowMs);
      at(current).offered += 1;
      sum.offered += 1;
    },
    send(nowMs) {
      moveTo(nowMs);
      at(current).sent += 1;
      sum.sent += 1;
      return current;
    },
    nacked(mark, nowMs) {
      moveTo(nowMs);
      const slice = isHeld(mark) ? at(mark) : at(current);
      if (!isHeld(mark)) {
        slice.sent += 1;
        sum.sent += 1;
      }
      slice.nacked += 1;
      sum.nacked += 1;
    },
    takeBack(mark, nowMs) {
      moveTo(nowMs);
      if (!isHeld(mark)) return;
      at(mark).sent -= 1;
      sum.sent -= 1;
    },
    offered(nowMs) {
      moveTo(nowMs);
      return sum.offered;
    },
    ratio(nowMs) {
      moveTo(nowMs);
      return sum.sent === 0 ? 1 : 1 - sum.nacked / sum.sent;
    },
  };
}

/** Never negative, also for a clock that began below 0. */
function indexOf(slice: number): number {
  return ((slice % SLICES) + SLICES) % SLICES;
}
