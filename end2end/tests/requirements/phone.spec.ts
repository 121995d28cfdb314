// Requirement 62: fingers, on a phone.

import { boxOf, centre, expect, grip, HANDLER, openEditor, test, type Editor } from "../editor.ts";

/** Fingers as the browser hears them: each step is where all of them are. */
async function fingers(editor: Editor, ...steps: { x: number; y: number }[][]) {
  const client = await editor.page.context().newCDPSession(editor.page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
    client.send("Input.dispatchTouchEvent", { type, touchPoints });
  await send("touchStart", steps[0]!.slice(0, 1));
  if (steps[0]!.length > 1) await send("touchStart", steps[0]!);
  for (const step of steps.slice(1)) await send("touchMove", step);
  await send("touchEnd", []);
  await client.detach();
}

test("62 samples fit, and panels are sheets over the canvas", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=polyglot-calculator");
  const pane = await boxOf(editor.canvas);
  for (const node of await editor.nodes.all()) {
    const { x, y, width, height } = await boxOf(node);
    expect(x >= pane.x && y >= pane.y && x + width <= pane.x + pane.width && y + height <= pane.y + pane.height).toBe(true);
  }
  await expect(editor.palette).toBeHidden();
  await editor.command("Show palette").tap();
  await expect(editor.palette).toBeVisible();
  const sheet = await boxOf(editor.palette);
  expect(sheet.x >= 0 && sheet.x + sheet.width <= 390).toBe(true);
  const count = await editor.nodes.count();
  await editor.palette.getByRole("button", { name: "Add http-hello" }).tap();
  await expect(editor.nodes).toHaveCount(count + 1);
  await expect(editor.palette).toBeHidden();
  await editor.command("Show inspector").tap();
  await expect(editor.result).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test("62 the bar has two rows with every command in them, each large enough for a finger", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const bar = page.getByRole("banner");
  expect((await boxOf(bar)).height).toBeLessThan(100);
  const commands = ["Undo", "Redo", "Toggle theme", "Open", "Share", "Run preview", "Download", "Export"];
  for (const name of [...commands, "Show palette", "Show inspector"]) {
    const { x, y, width, height } = await boxOf(editor.command(name));
    expect(width >= 24 && height >= 24, name).toBe(true);
    expect(x >= 0 && x + width <= 390 && y >= 0, name).toBe(true);
  }
  await expect(page.getByRole("textbox", { name: "Graph name" })).toHaveValue("Guarded hello");
  expect((await boxOf(page.getByRole("textbox", { name: "Graph name" }))).height).toBeGreaterThanOrEqual(24);
  await expect(page.getByText("Not changed yet")).toBeInViewport();
  await expect(page.getByRole("link", { name: "Patchbay" }).or(page.getByTitle("A new graph"))).toBeInViewport();
});

test("09 a finger drags a component out of the palette", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.command("Show palette").tap();
  const entry = editor.palette.getByRole("button", { name: "Add http-hello", exact: true });
  await entry.scrollIntoViewIfNeeded();
  const from = await centre(entry);
  const pane = await boxOf(editor.canvas);
  const to = { x: pane.x + 60, y: pane.y + 120 };
  const half = { x: (from.x + to.x) / 2 + 30, y: (from.y + to.y) / 2 };
  await fingers(editor, [from], [{ x: from.x + 16, y: from.y + 2 }], [half], [to]);
  await expect(editor.nodes).toHaveCount(1);
  const box = await boxOf(editor.nodes.first());
  expect(Math.abs(box.x - to.x)).toBeLessThanOrEqual(16);
  expect(Math.abs(box.y - to.y)).toBeLessThanOrEqual(16);
});

test("62 one finger pans, two zoom about their middle", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const pane = await boxOf(editor.canvas);
  const before = await boxOf(editor.node("auth"));
  const from = { x: pane.x + 40, y: pane.y + 40 };
  await fingers(editor, [from], [{ x: from.x + 15, y: from.y + 10 }], [{ x: from.x + 30, y: from.y + 50 }]);
  const panned = await boxOf(editor.node("auth"));
  expect(Math.abs(panned.x - before.x - 30)).toBeLessThanOrEqual(1);
  expect(Math.abs(panned.y - before.y - 50)).toBeLessThanOrEqual(1);
  const y = pane.y + 60;
  const pair = (half: number) => [{ x: 195 - half, y }, { x: 195 + half, y }];
  await fingers(editor, pair(40), pair(60), pair(80));
  expect((await boxOf(editor.node("auth"))).width / panned.width).toBeCloseTo(2, 1);
  expect(await page.evaluate(() => visualViewport!.scale)).toBe(1);
});

test("62 taps connect, a finger drags a node, a long press opens its menu", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.link(HANDLER, "auth", "log").focus();
  await page.keyboard.press("Delete");
  await expect(editor.link(HANDLER, "auth", "log")).toHaveCount(0);
  await editor.node("auth").focus();
  await page.keyboard.press(".");
  await editor.export(HANDLER, "auth").tap();
  await editor.node("log").focus();
  await page.keyboard.press(".");
  await editor.import(HANDLER, "log").tap();
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();

  const before = await boxOf(editor.node("log"));
  const at = await grip(editor.node("log"));
  await fingers(editor, [at], [{ x: at.x - 10, y: at.y + 20 }], [{ x: at.x - 20, y: at.y + 60 }]);
  await expect.poll(async () => (await boxOf(editor.node("log"))).y).toBeGreaterThan(before.y + 30);
  await editor.node("auth").focus();
  await page.keyboard.press(".");

  const rest = await grip(editor.node("auth"));
  const client = await page.context().newCDPSession(page);
  await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [rest] });
  await expect(page.getByRole("menu")).toHaveAccessibleName("Menu of auth");
  await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
});

test("62 everything to touch is at least 24 pixels in size", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.canvas.focus();
  await page.keyboard.press("0");
  const small = await page.evaluate(() => {
    const visible = (e: Element) => (e as HTMLElement).checkVisibility();
    const boxes = [...document.querySelectorAll("button,a,input,select,summary")].filter(visible);
    return boxes
      .map((e) => ({ name: e.getAttribute("aria-label") ?? e.textContent, box: e.getBoundingClientRect() }))
      .filter(({ box, name }) => box.width > 1 && (box.width < 23.9 || box.height < 23.9) && !name?.startsWith("Skip"))
      .map(({ name, box }) => `${name} ${box.width}x${box.height}`);
  });
  expect(small).toEqual([]);
  const glyph = await boxOf(editor.export(HANDLER, "hello").locator(".glyph"));
  expect(glyph.width).toBeGreaterThanOrEqual(28);
});
