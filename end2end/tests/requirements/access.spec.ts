// Requirements 56 to 64: people who use keys, a screen reader, other colours, no script; and work per event.

import { AxeBuilder } from "@axe-core/playwright";
import type { APIRequestContext, Page } from "@playwright/test";
import { boxOf, component, expect, file, grip, HANDLER, KEY_VALUE, openEditor, test, type Editor } from "../editor.ts";

const SAMPLE = "/?sample=guarded-hello";

async function check(editor: Editor, state: string, ...without: string[]) {
  const { violations } = await new AxeBuilder({ page: editor.page }).disableRules(without).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const found = grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
  expect(found, state).toEqual([]);
}

for (const theme of ["light", "dark"] as const) {
  test(`57 axe finds nothing serious in any main state, ${theme}`, async ({ page, context, baseURL, complaints }) => {
    test.slow();
    await context.addCookies([{ name: "theme", value: theme, url: baseURL! }]);
    let editor = await openEditor(page);
    await check(editor, "empty");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox")).toBeFocused();
    await check(editor, "quick-add");
    await page.keyboard.press("Escape");
    await editor.command("Open").click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await check(editor, "the Open dialog");
    await page.keyboard.press("Escape");
    await editor.upload(file("core.wasm", Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])));
    await expect(page.getByRole("alert").first()).toBeVisible();
    await check(editor, "an error");
    // The browser itself logs the refused upload.
    expect(complaints.splice(0).every((line) => line.includes("422"))).toBe(true);

    editor = await openEditor(page, SAMPLE);
    await check(editor, "a sample");
    await editor.node("auth").focus();
    await check(editor, "a node in the inspector");
    await page.keyboard.press("Shift+F10");
    await check(editor, "a menu");
    await page.keyboard.press("Escape");
    await editor.link(HANDLER, "hello", "auth").focus();
    await check(editor, "a link in the inspector");
    await editor.export(HANDLER, "log").click();
    // What does not fit is dimmed on purpose (27), and says in words why.
    await check(editor, "drawing a link", "color-contrast");
    await page.keyboard.press("Escape");
    await editor.run();
    await check(editor, "a preview");
    await editor.command("Stop preview").click();
  });

  test(`57 axe finds nothing serious in what the engine shows, ${theme}`, async ({ page, context, baseURL }) => {
    test.slow();
    await context.addCookies([{ name: "theme", value: theme, url: baseURL! }]);
    const editor = await openEditor(page, "/?sample=counter");
    await page.getByRole("tab", { name: "Output" }).click();
    for (const name of ["Targets", "Size", "WAC", "WIT", "WAT", "Compare"]) {
      const side = page.getByRole("button", { name, exact: true });
      await side.click();
      await expect(side).toHaveAttribute("aria-pressed", "true");
      await check(editor, `the result as ${name}`);
    }
    await editor.node("store").focus();
    await page.keyboard.press("Delete");
    await expect(page.getByRole("note")).toBeVisible();
    await check(editor, "a hint");
    await editor.import(KEY_VALUE, "counter").focus();
    for (const [command, title] of [
      ["Fill with a stub of given values…", /^A stub for/],
      ["Replace by…", /^Replace counter by/],
    ] as const) {
      await page.keyboard.press("Shift+F10");
      await page.getByRole("menuitem", { name: command }).click();
      const dialog = page.getByRole("dialog", { name: title });
      await expect(dialog.getByRole("button").nth(1)).toBeVisible();
      await check(editor, command);
      await page.keyboard.press("Escape");
      await editor.node("counter").focus();
    }
  });
}

test("56 messages: good news are a status, errors stay, Escape takes the newest away", async ({ page, complaints }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.download();
  const news = page.getByRole("status").filter({ hasText: "Downloaded" });
  await expect(news).toBeVisible();
  await editor.upload(file("a.wasm", "nonsense"));
  const error = page.getByRole("alert").filter({ hasText: "a.wasm" });
  await expect(error).toBeVisible();
  await expect(news).toHaveCount(0, { timeout: 8000 });
  await expect(error).toBeVisible();
  expect(complaints.splice(0).every((line) => line.includes("422"))).toBe(true);
  await page.keyboard.press("Escape");
  await expect(error).toHaveCount(0);
});

test("58 a graph is built, named, linked and downloaded by keys alone, and the focus always shows", async ({ page }) => {
  const editor = await openEditor(page);
  const seen = async () => {
    const { width, style } = await page.evaluate(() => {
      const { outlineWidth, outlineStyle } = getComputedStyle(document.activeElement!);
      return { width: parseFloat(outlineWidth), style: outlineStyle };
    });
    expect(width).toBeGreaterThanOrEqual(2);
    expect(style).not.toBe("none");
  };
  const tabTo = async (name: string | RegExp) => {
    for (let press = 0; press < 80; press++) {
      const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
      if (typeof name === "string" ? label === name : name.test(label)) return seen();
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not come to ${name}`);
  };
  await page.keyboard.press("Tab");
  await seen();
  await page.keyboard.press("Enter");
  await expect(editor.canvas).toBeFocused();
  for (const name of ["http-hello", "http-auth"]) {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await expect(editor.node(name)).toBeFocused();
    await seen();
  }
  await page.keyboard.press("F2");
  await page.keyboard.type("guard");
  await page.keyboard.press("Enter");
  await expect(editor.node("guard")).toBeFocused();
  await editor.saved();
  await tabTo(`import ${HANDLER} of guard`);
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(editor.link(HANDLER, "http-hello", "guard")).toBeAttached();
  await editor.export(HANDLER, "guard").focus();
  await page.keyboard.press("Shift+F10");
  await page.keyboard.press("Enter");
  await expect(editor.command("Download")).toBeEnabled();
  const download = page.waitForEvent("download");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await tabTo(/^Download$/);
  await page.keyboard.press("Enter");
  expect((await download).suggestedFilename()).toMatch(/\.wasm$/);
});

test("59 focus brings what is out of sight into sight; dialogs keep and give back the focus", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const pane = await boxOf(editor.canvas);
  await page.mouse.move(pane.x + 300, pane.y + 20);
  await page.mouse.wheel(3000, 0);
  await page.keyboard.press("Tab");
  await editor.node("auth").focus();
  await expect.poll(async () => (await boxOf(editor.node("auth"))).x).toBeGreaterThan(pane.x - 1);
  await editor.command("Open").focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  for (let press = 0; press < 12; press++) {
    await page.keyboard.press("Tab");
    const out = await page.evaluate(() => document.activeElement !== document.body && !document.activeElement!.closest("dialog"));
    expect(out).toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(editor.command("Open")).toBeFocused();
});

test("60 less motion means none, and forced colours keep ports, links and the selection apart", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce", forcedColors: "active" });
  const editor = await openEditor(page, SAMPLE);
  const longest = await page.evaluate(() => {
    const seconds = (text: string) => Math.max(...text.split(",").map((part) => parseFloat(part) || 0));
    const of = (element: Element) => {
      const style = getComputedStyle(element);
      return Math.max(seconds(style.transitionDuration), seconds(style.animationDuration));
    };
    return Math.max(...[...document.querySelectorAll("*")].map(of));
  });
  expect(longest).toBeLessThan(0.001);
  const paint = (selector: string, property: string) =>
    page.locator(selector).first().evaluate((e, p) => getComputedStyle(e).getPropertyValue(p), property);
  const canvas = await paint("#canvas", "background-color");
  expect(await paint(".link-line", "stroke")).not.toBe(canvas);
  expect(await editor.export(HANDLER, "hello").locator(".glyph").evaluate((e) => getComputedStyle(e, "::before").borderTopColor)).not.toBe(canvas);
  const outline = () => editor.node("auth").evaluate((e) => getComputedStyle(e).outlineStyle + getComputedStyle(e).borderStyle);
  const before = await outline();
  const at = await grip(editor.node("auth"));
  await page.mouse.click(at.x, at.y);
  expect(await outline()).not.toBe(before);
  // Tidy has nothing to glide then.
  await editor.moveTo("auth", 40, 300);
  await editor.command("Tidy").click();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test("61 the theme follows the system, and a choice is painted by the server at once", async ({ browser, page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const editor = await openEditor(page, SAMPLE);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await ground()).toBe("rgb(15, 17, 21)");
  await editor.command("Toggle theme").click();
  expect(await ground()).toBe("rgb(246, 247, 249)");
  const cookies = await page.context().cookies();
  const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: "dark" });
  await context.addCookies(cookies);
  const still = await context.newPage();
  await still.goto("/");
  await expect(still.locator("html")).toHaveAttribute("data-theme", "light");
  await context.close();
});

/** Opens a graph of so many nodes, linked in a chain, in rows of five; returns where to take `node-8`, which is in sight. */
async function chain(page: Page, request: APIRequestContext, size: number) {
  const summary = await (await request.post("/api/v1/components?name=hello.wasm", { data: component("patchbay/http-auth") })).json();
  const nodes = Array.from({ length: size }, (_, n) => ({
    id: `n${n + 1}`,
    name: `node-${n + 1}`,
    component: { package: summary.package, digest: summary.digest },
    position: { x: 400 * (n % 5), y: 240 * Math.floor(n / 5) },
  }));
  const links = nodes.slice(1).map((node, n) => ({ from: { node: `n${n + 1}`, port: HANDLER }, to: { node: node.id, port: HANDLER } }));
  const { id } = await (await request.post("/api/v1/graphs", { data: { patchbay: 1, name: "Many", nodes, links } })).json();
  const editor = await openEditor(page, `/g/${id}`);
  await editor.node("node-8").focus();
  await page.keyboard.press(".");
  return grip(editor.node("node-8"));
}

test("63 dragging one node changes nothing but it and its links, as often in a large graph as in a small one", async ({ page, request }) => {
  const counts: number[] = [];
  for (const size of [20, 120]) {
    const at = await chain(page, request, size);
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 10, at.y + 10);
    await page.evaluate(() => {
      const touched: string[] = [];
      Object.assign(window, { touched });
      // All of the page: its panels have nothing to do while a node is on its way, either.
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement!;
          // The layer that moves is the nodes in it.
          const within = element.id === "hand" ? [...element.querySelectorAll('[role="group"]')] : [];
          const about = within.length ? within : [element.closest('[role="group"],.link,.guides')];
          for (const it of about) touched.push(it?.getAttribute("aria-label") ?? String(element.getAttribute("class")));
        }
      }).observe(document, { subtree: true, attributes: true, childList: true, characterData: true });
    });
    for (let step = 2; step < 12; step++) await page.mouse.move(at.x + 16 * step, at.y + 16 * step);
    const touched = await page.evaluate(() => (window as unknown as { touched: string[] }).touched);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    const mine = ["node-8", `node-7.${HANDLER} to node-8.${HANDLER}`, `node-8.${HANDLER} to node-9.${HANDLER}`];
    expect([...new Set(touched)].filter((name) => name !== "guides").sort()).toEqual(mine.sort());
    counts.push(touched.filter((name) => name !== "guides").length);
  }
  expect(counts[1]).toBe(counts[0]);
});

test("63 dragging one node, and undoing that, wakes only what follows it and its links", async ({ page, request }) => {
  /** How often anything that follows a signal was woken: the page counts. */
  const woken = () =>
    page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const page = document.querySelector<HTMLLinkElement>("link[rel=modulepreload]")!.href;
      return (await import(page)).woken() as number;
    });
  const counts: number[][] = [];
  for (const size of [20, 120]) {
    const at = await chain(page, request, size);
    await page.mouse.move(at.x, at.y);
    // A zoom has come to rest.
    await page.waitForTimeout(500);
    const steps = [await woken()];
    await page.mouse.down();
    // Whatever it comes into line with is another matter.
    await page.keyboard.down("Alt");
    for (let step = 1; step < 12; step++) await page.mouse.move(at.x + 16 * step, at.y + 16 * step);
    steps.push(await woken());
    await page.mouse.up();
    await page.keyboard.up("Alt");
    steps.push(await woken());
    await expect(page.getByRole("button", { name: "Undo", exact: true })).toHaveAttribute("title", /move node-8/);
    await page.keyboard.press("Control+z");
    steps.push(await woken());
    counts.push(steps.slice(1).map((count, n) => count - steps[n]!));
  }
  const [few, many] = counts;
  expect(many).toEqual(few);
  // Something is counted at all: what shows the node when it is put down, and when it goes back.
  for (const count of few!.slice(1)) expect(count).toBeGreaterThan(0);
});

test("64 the page is live within a second and a half", async ({ page }) => {
  await openEditor(page, SAMPLE);
  await page.reload();
  await expect(page.locator("body[data-hydrated]")).toBeAttached({ timeout: 1500 });
});
