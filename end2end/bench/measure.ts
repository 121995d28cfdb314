// What a gesture costs: the time between frames, from an input to the next paint, in scripts, and in long tasks.

import type { CDPSession, Page } from "@playwright/test";

export type Cost = {
  /** Between frames, in ms: the median and the 95th of a hundred. */
  frame50: number;
  frame95: number;
  /** Tasks of more than 50 ms. */
  longTasks: number;
  /** In scripts for each event that the page heard, in ms. */
  script: number;
  /** From an event's own time to the paint of its frame, in ms: the median. */
  paint: number;
};

type Point = { x: number; y: number };
export type Step = Point & { wheel?: number };

/** Between two events of a hand. */
const PACE = 16;

type Recorder = { frames: number[]; paints: number[]; events: number; long: number; stop: () => void };
declare global {
  interface Window {
    recorder?: Recorder;
  }
}

/** Starts to note frames and events in the page; the same for both pages. */
function record(page: Page) {
  return page.evaluate(() => {
    const recorder: Recorder = { frames: [], paints: [], events: 0, long: 0, stop: () => {} };
    let last = 0;
    let running = true;
    let pending = 0;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      recorder.paints.push(performance.now() - pending);
      pending = 0;
    };
    const frame = (now: number) => {
      if (last) recorder.frames.push(now - last);
      last = now;
      // What is posted in a frame is heard after its paint.
      if (pending) channel.port2.postMessage(0);
      if (running) requestAnimationFrame(frame);
    };
    const heard = (event: Event) => {
      recorder.events++;
      pending ||= event.timeStamp;
    };
    const observer = new PerformanceObserver((list) => (recorder.long += list.getEntries().length));
    observer.observe({ entryTypes: ["longtask"] });
    for (const name of ["pointermove", "wheel"]) window.addEventListener(name, heard, { capture: true, passive: true });
    recorder.stop = () => {
      running = false;
      observer.disconnect();
      for (const name of ["pointermove", "wheel"]) window.removeEventListener(name, heard, { capture: true });
    };
    requestAnimationFrame(frame);
    window.recorder = recorder;
  });
}

async function scripts(cdp: CDPSession) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "ScriptDuration")!.value * 1000;
}

/** Sends the steps at a hand's pace, whether the page keeps up or not, and says what they cost. */
export async function measured(page: Page, cdp: CDPSession, steps: Step[], held: "left" | "middle" | "none"): Promise<Cost> {
  await record(page);
  const before = await scripts(cdp);
  const sent: Promise<unknown>[] = [];
  const start = performance.now();
  for (const [n, { x, y, wheel }] of steps.entries()) {
    const buttons = { left: 1, middle: 4, none: 0 }[held];
    sent.push(
      wheel === undefined
        ? cdp.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y, button: held, buttons })
        : cdp.send("Input.dispatchMouseEvent", { type: "mouseWheel", x, y, deltaX: 0, deltaY: wheel, modifiers: 2 }),
    );
    const due = start + PACE * (n + 1) - performance.now();
    if (due > 0) await new Promise((done) => setTimeout(done, due));
  }
  await Promise.all(sent);
  const after = await scripts(cdp);
  const { frames, paints, events, long } = await page.evaluate(() => {
    const recorder = window.recorder!;
    recorder.stop();
    const { frames, paints, events, long } = recorder;
    return { frames, paints, events, long };
  });
  return {
    frame50: quantile(frames, 0.5),
    frame95: quantile(frames, 0.95),
    longTasks: long,
    script: (after - before) / Math.max(events, 1),
    paint: quantile(paints, 0.5),
  };
}

export function quantile(values: number[], part: number) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}
