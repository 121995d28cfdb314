// Patchbay's canvas beside React Flow's, in one Chromium and by turns: `cargo xtask bench editor`.

import type { Page } from "@playwright/test";
import { test } from "@playwright/test";
import { measured, quantile, type Cost, type Step } from "./measure.ts";
import { patchbay, places, reactFlow, type Rect, type View } from "./pages.ts";

const SIZES = (process.env.BENCH_NODES ?? "50,200,1000").split(",").map(Number);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const STEPS = 75;

type Load = { bytes: number; live: number; heap: number };
type Row = Record<string, number>;

/** A circle of so many pixels, that begins and ends at a place. */
function around({ x, y }: { x: number; y: number }, radius: number): Step[] {
  return Array.from({ length: STEPS }, (_, n) => {
    const angle = (2 * Math.PI * (n + 1)) / STEPS;
    return { x: x + radius * Math.sin(angle), y: y + radius * (1 - Math.cos(angle)) };
  });
}

/** Opens a page that has not been seen before. */
async function open(page: Page, address: string): Promise<Load> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  let bytes = 0;
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.addInitScript(() => {
    addEventListener("DOMContentLoaded", () => {
      const seen = () => document.body.hasAttribute("data-hydrated");
      const done = () => requestAnimationFrame(() => setTimeout(() => Object.assign(window, { live: performance.now() })));
      if (seen()) return done();
      const observer = new MutationObserver(() => seen() && (observer.disconnect(), done()));
      observer.observe(document.body, { attributes: true });
    });
  });
  await page.goto(address);
  await page.waitForFunction(() => "live" in window);
  const { live, answered } = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return { live: (window as unknown as { live: number }).live, answered: navigation!.responseStart };
  });
  await cdp.send("HeapProfiler.collectGarbage");
  const heap = (await cdp.send("Runtime.getHeapUsage")) as { usedSize: number; embedderHeapUsedSize?: number; backingStorageSize?: number };
  await cdp.detach();
  return {
    bytes,
    // What the server takes to answer is not the page's doing: it is a debug build here.
    live: live - answered,
    heap: heap.usedSize + (heap.embedderHeapUsedSize ?? 0) + (heap.backingStorageSize ?? 0),
  };
}

/** What the hand takes, as each of the two pages knows it, and the turn of the wheel that zooms by a thirtieth. */
const PATCHBAY = {
  node: (id: string) => `[data-node="${id}"] .node-name`,
  port: (id: string) => `[aria-label^="export "][aria-label$=" of ${id}"] .glyph`,
  notch: 5,
};
const REACT_FLOW = {
  node: (id: string) => `[data-id="${id}"] .node-name`,
  port: (id: string) => `[data-nodeid="${id}"].source`,
  notch: 25,
};

async function gestures(page: Page, finds: typeof PATCHBAY, count: number, pane: Rect): Promise<Row> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  const nodes = places(count);
  const columns = nodes.filter((node) => node.y === 0).length;
  const middle = nodes[Math.floor(nodes.length / columns / 2) * columns + Math.floor(columns / 2)]!.id;
  // In the middle, so that the view stays where it is while they are dragged.
  const hundred = nodes.slice(Math.max(0, (count - 100) / 2)).slice(0, 100).map((node) => node.id);
  const centre = { x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 };
  const row: Row = {};
  const note = (name: string, cost: Cost) => {
    for (const [what, value] of Object.entries(cost)) row[`${name}|${what}`] = value;
  };
  const at = (selector: string) =>
    page.locator(selector).first().evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    });
  const press = async (place: { x: number; y: number }, held: "left" | "middle", steps: Step[]) => {
    await page.mouse.move(place.x, place.y);
    await page.mouse.down({ button: held });
    // What a gesture prepares when it begins is part of it.
    const cost = await measured(page, cdp, steps, held);
    return cost;
  };
  const rest = () => page.waitForTimeout(400);

  note("pan", await press(centre, "middle", around(centre, 120)));
  await page.mouse.up({ button: "middle" });
  await rest();

  await page.mouse.move(centre.x, centre.y);
  const wheel = Array.from({ length: STEPS }, (_, n) => ({ ...centre, wheel: n < STEPS / 2 ? -finds.notch : finds.notch }));
  note("zoom", await measured(page, cdp, wheel, "none"));
  await rest();

  let from = await at(finds.node(middle));
  note("drag one", await press(from, "left", around(from, 60)));
  await page.mouse.up();
  await rest();

  await page.evaluate(
    ([ids, selectors]) => {
      const select = (window as unknown as { selectNodes?: (ids: string[]) => void }).selectNodes;
      if (select) return select(ids!);
      // With the key that adds to the selection, as a hand would.
      for (const selector of selectors!) {
        const node = document.querySelector(selector)!;
        const press = { bubbles: true, ctrlKey: true, button: 0, pointerId: 1, isPrimary: true };
        node.dispatchEvent(new PointerEvent("pointerdown", { ...press, buttons: 1 }));
        node.dispatchEvent(new PointerEvent("pointerup", press));
      }
    },
    [hundred, hundred.map(finds.node)] as const,
  );
  await rest();
  from = await at(finds.node(hundred[Math.floor(hundred.length / 2)]!));
  note("drag 100", await press(from, "left", around(from, 60)));
  await page.mouse.up();
  await rest();
  await page.keyboard.press("Escape");

  from = await at(finds.port(middle));
  note("drag a link", await press(from, "left", around(from, 100)));
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await rest();
  await page.keyboard.press("Escape");
  await cdp.detach();
  return row;
}

test("Patchbay beside React Flow", async ({ browser, request }) => {
  test.setTimeout(0);
  const other = await reactFlow();
  const report: string[] = [];
  for (const count of SIZES) {
    const rows: [Row[], Row[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      // A new one for each round: what is dragged stays where it was dropped.
      const address = await patchbay(request, count);
      let pane: Rect = { x: 0, y: 0, width: 0, height: 0 };
      let view: View = { x: 0, y: 0, zoom: 1 };
      for (const side of [0, 1] as const) {
        const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
        const page = await context.newPage();
        const load = await open(page, side === 0 ? address : other.address(count, pane, view));
        if (side === 0) {
          pane = (await page.locator("#canvas").boundingBox())!;
          view = await page.locator("[data-viewport]").evaluate((element) => {
            const { a, e, f } = new DOMMatrix(getComputedStyle(element).transform);
            return { x: e, y: f, zoom: a };
          });
        }
        const costs = await gestures(page, side === 0 ? PATCHBAY : REACT_FLOW, count, pane);
        const loaded = { "load|bytes": load.bytes / 1024, "load|live": load.live, "load|heap": load.heap / 2 ** 20 };
        rows[side].push({ ...costs, ...loaded });
        await context.close();
      }
    }
    report.push(...table(count, rows));
  }
  other.close();
  console.log(report.join("\n"));
});

const UNITS: Record<string, string> = {
  frame50: "frame, median, ms",
  frame95: "frame, 95 of 100, ms",
  longTasks: "long tasks",
  script: "script an event, ms",
  paint: "input to paint, ms",
  bytes: "over the wire, KiB",
  live: "answer to live, ms",
  heap: "heap, MiB",
};

/** The medians of all rounds side by side, as a table in Markdown. */
function table(count: number, [ours, theirs]: [Row[], Row[]]) {
  const middle = (rows: Row[], key: string) => quantile(rows.map((row) => row[key]!), 0.5);
  const lines = ["", `### ${count} nodes`, "", "| | | Patchbay | React Flow | ratio |", "| --- | --- | ---: | ---: | ---: |"];
  for (const key of Object.keys(ours[0]!)) {
    const [gesture, what] = key.split("|") as [string, string];
    const [a, b] = [middle(ours, key), middle(theirs, key)];
    const ratio = a > 0 ? (b / a).toFixed(1) : b > 0 ? "∞" : "–";
    lines.push(`| ${gesture} | ${UNITS[what]} | ${a.toFixed(a < 20 ? 2 : 0)} | ${b.toFixed(b < 20 ? 2 : 0)} | ${ratio} |`);
  }
  return lines;
}
