// Drawing: adding, moving, naming, linking, deleting, and undoing all of it.

import { expect, HANDLER, KEY_VALUE, openEditor, test } from "./editor.ts";

test("64 the page is drawn by the server, with nodes, ports and links, before any script runs", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/?sample=guarded-hello");
  await expect(page.getByRole("group", { name: "auth", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: `import ${HANDLER} of auth` })).toBeVisible();
  await expect(page.getByLabel(`hello.${HANDLER} to auth.${HANDLER}`)).toBeAttached();
  await context.close();
});

test("09 and 10 components come from the palette by drag, by click and by Enter", async ({ page }) => {
  const editor = await openEditor(page);
  const entry = editor.palette.getByRole("button", { name: "Add http-hello", exact: true });
  await editor.startDrag(entry, editor.canvas);
  const { x, y, width, height } = (await editor.canvas.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.up();
  const box = (await editor.node("http-hello").boundingBox())!;
  expect(Math.abs(box.x - (x + width / 2))).toBeLessThanOrEqual(16);
  expect(Math.abs(box.y - (y + height / 2))).toBeLessThanOrEqual(16);

  await entry.click();
  await expect(editor.node("http-hello-2")).toBeVisible();
  await expect(editor.node("http-hello-2")).toBeFocused();
  await entry.focus();
  await page.keyboard.press("Enter");
  await expect(editor.nodes).toHaveCount(3);

  // No node covers another.
  const boxes = await Promise.all((await editor.nodes.all()).map((node) => node.boundingBox()));
  for (const [n, a] of boxes.entries())
    for (const b of boxes.slice(n + 1))
      expect(a!.x + a!.width <= b!.x || b!.x + b!.width <= a!.x || a!.y + a!.height <= b!.y || b!.y + b!.height <= a!.y).toBe(true);
});

test("nodes move, and everything can be undone and redone", async ({ page }) => {
  const editor = await openEditor(page);
  await expect(editor.command("Undo")).toBeDisabled();
  await editor.add("http-auth");
  const before = (await editor.node("http-auth").boundingBox())!;
  const pane = (await editor.canvas.boundingBox())!;
  await editor.moveTo("http-auth", before.x - pane.x + 160, before.y - pane.y + 64);
  const after = (await editor.node("http-auth").boundingBox())!;
  expect([after.x - before.x, after.y - before.y]).toEqual([160, 64]);

  await editor.rename("http-auth", "guard");
  await page.keyboard.press("Control+z");
  await expect(editor.node("http-auth")).toBeVisible();
  await editor.command("Undo").click();
  expect(await editor.node("http-auth").boundingBox()).toEqual(before);
  await editor.command("Undo").click();
  await expect(editor.nodes).toHaveCount(0);
  for (let step = 0; step < 3; step++) await editor.command("Redo").click();
  await expect(editor.node("guard")).toBeVisible();
  expect((await editor.node("guard").boundingBox())!.x).toBe(after.x);
  await expect(editor.command("Redo")).toBeDisabled();
});

test("deleting a node takes its links and exports along, and undo brings all of it back", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.node("auth").focus();
  await page.keyboard.press("Delete");
  await expect(editor.nodes).toHaveCount(2);
  await expect(editor.link(HANDLER, "auth", "log")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.link(HANDLER, "hello", "auth")).toBeVisible();
  await expect(editor.link(HANDLER, "auth", "log")).toBeVisible();
});

test("a link is selected by a click and deleted by a key", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const link = editor.link(HANDLER, "hello", "auth");
  const box = (await link.boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.press("Delete");
  await expect(link).toHaveCount(0);
  await expect(editor.nodes).toHaveCount(3);
});

test("a bad name is refused in words and Escape takes it back", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.node("auth").focus();
  await page.keyboard.press("F2");
  const input = page.getByRole("textbox", { name: "Name of auth" });
  for (const bad of ["Two Words", "hello"]) {
    await input.fill(bad);
    await input.press("Enter");
    await expect(input).toHaveAttribute("aria-invalid", "true");
  }
  await input.press("Escape");
  await expect(editor.node("auth")).toBeVisible();
});

test("while a link is dragged, ports say whether they fit, and why not", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.add("http-auth");
  await editor.moveTo("http-auth", 420, 40);
  await editor.add("visit-counter");
  await editor.moveTo("visit-counter", 420, 320);
  await editor.add("http-hello");
  await editor.moveTo("http-hello", 40, 160);
  await expect(editor.command("Undo")).toBeEnabled();
  await editor.saved();

  const wrong = editor.import(KEY_VALUE, "visit-counter");
  const right = editor.import(HANDLER, "http-auth");
  await editor.startDrag(editor.export(HANDLER, "http-hello"), wrong);
  await expect(right).toHaveAttribute("data-compat", "yes");
  await expect(wrong).toHaveAttribute("data-compat", "no");
  await expect(page.getByRole("tooltip")).toContainText("wasi:keyvalue/store");
  // Dropped there, nothing is linked, and both types are shown.
  await page.mouse.up();
  const refusal = page.getByRole("alert").filter({ hasText: "wasi:keyvalue/store" });
  await expect(refusal).toBeVisible();
  await refusal.getByText("Details", { exact: true }).click();
  await expect(refusal).toContainText("handle: func(");
  await expect(refusal).toContainText("open: func(");
  await expect(page.getByLabel(/ to visit-counter\./)).toHaveCount(0);
});

test("a cycle is refused with its path", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await page.getByLabel(`hello.${HANDLER} to auth.${HANDLER}`).focus();
  await page.keyboard.press("Delete");
  await editor.drag(editor.export(HANDLER, "log"), editor.import(HANDLER, "auth"));
  await expect(page.getByRole("alert").filter({ hasText: "cycle" })).toContainText("auth → log → auth");
  await expect(editor.link(HANDLER, "log", "auth")).toHaveCount(0);
});

test("the view pans, zooms about the pointer, and fits", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const pane = (await editor.canvas.boundingBox())!;
  const box = async () => (await editor.node("auth").boundingBox())!;

  const start = await box();
  await page.mouse.move(pane.x + pane.width / 2, pane.y + 30);
  await page.mouse.down();
  await page.mouse.move(pane.x + pane.width / 2 + 50, pane.y + 70, { steps: 4 });
  await page.mouse.up();
  const panned = await box();
  expect(panned.x - start.x).toBeCloseTo(50, 0);
  expect(panned.y - start.y).toBeCloseTo(40, 0);

  await page.mouse.move(panned.x, panned.y);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -240);
  await page.keyboard.up("Control");
  await expect.poll(async () => (await box()).width).toBeGreaterThan(panned.width);
  const zoomed = await box();
  expect(Math.abs(zoomed.x - panned.x)).toBeLessThanOrEqual(1);
  expect(Math.abs(zoomed.y - panned.y)).toBeLessThanOrEqual(1);
  expect(await page.evaluate(() => [scrollX, scrollY, visualViewport!.scale])).toEqual([0, 0, 1]);

  await editor.command("Fit view").click();
  for (const node of await editor.nodes.all()) {
    const { x, y, width, height } = (await node.boundingBox())!;
    expect(x >= pane.x && y >= pane.y && x + width <= pane.x + pane.width && y + height <= pane.y + pane.height).toBe(true);
  }
});
