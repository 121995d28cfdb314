// Requirements 1 to 8: what of the canvas is in sight.

import { boxOf, expect, grip, openEditor, test } from "../editor.ts";

const SAMPLE = "/?sample=guarded-hello";

test("01 dragging the empty pane pans by what the pointer moves, at any zoom", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const pane = await boxOf(editor.canvas);
  for (const press of ["left", "middle"] as const) {
    await editor.command("Zoom out").click();
    const before = await boxOf(editor.node("auth"));
    await page.mouse.move(pane.x + pane.width / 2, pane.y + 20);
    await page.mouse.down({ button: press });
    await page.mouse.move(pane.x + pane.width / 2 + 61, pane.y + 57, { steps: 4 });
    await page.mouse.up({ button: press });
    const after = await boxOf(editor.node("auth"));
    expect(Math.abs(after.x - before.x - 61)).toBeLessThanOrEqual(1);
    expect(Math.abs(after.y - before.y - 37)).toBeLessThanOrEqual(1);
  }
});

test("02 Ctrl and the wheel zoom about the pointer", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const corner = await boxOf(editor.node("auth"));
  await page.mouse.move(corner.x, corner.y);
  await page.keyboard.down("Control");
  for (const notch of [-100, -100, 100, 100, 100]) {
    const width = (await boxOf(editor.node("auth"))).width;
    await page.mouse.wheel(0, notch);
    await expect.poll(async () => (await boxOf(editor.node("auth"))).width).not.toBe(width);
    const now = await boxOf(editor.node("auth"));
    expect(Math.abs(now.x - corner.x)).toBeLessThanOrEqual(1);
    expect(Math.abs(now.y - corner.y)).toBeLessThanOrEqual(1);
  }
});

test("03 the plain wheel pans, a setting makes it zoom, and the page itself stays", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const pane = await boxOf(editor.canvas);
  const box = () => boxOf(editor.node("auth"));
  await page.mouse.move(pane.x + 200, pane.y + 20);
  const start = await box();
  await page.mouse.wheel(0, 50);
  await expect.poll(async () => (await box()).y).toBe(start.y - 50);
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, 30);
  await page.keyboard.up("Shift");
  await expect.poll(async () => (await box()).x).toBe(start.x - 30);

  await page.mouse.click(pane.x + 200, pane.y + 20, { button: "right" });
  await page.getByRole("menuitemcheckbox", { name: "Zoom with the wheel" }).click();
  await page.mouse.move(pane.x + 200, pane.y + 20);
  await page.mouse.wheel(0, 100);
  await expect.poll(async () => (await box()).width).toBeLessThan(start.width);
  await page.reload();
  await editor.live();
  const again = await box();
  await page.mouse.wheel(0, 100);
  await expect.poll(async () => (await box()).width).toBeLessThan(again.width);
  expect(await page.evaluate(() => [scrollX, scrollY, visualViewport!.scale])).toEqual([0, 0, 1]);
});

test("04 zoom ends at 10 % and 200 %, where its buttons are disabled", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const readout = page.getByRole("status", { name: "Zoom" });
  for (const [button, end] of [["Zoom out", "10 %"], ["Zoom in", "200 %"]] as const) {
    for (let press = 0; press < 20 && (await editor.command(button).isEnabled()); press++) await editor.command(button).click();
    await expect(editor.command(button)).toBeDisabled();
    await expect(readout).toHaveText(end);
    const width = (await boxOf(editor.node("auth"))).width;
    expect(width).toBeCloseTo((288 * parseInt(end)) / 100, 0);
  }
});

test("05 keys fit the whole, fit the selection, and go back to 100 %", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const pane = await boxOf(editor.canvas);
  const inSight = async (name: string) => {
    const { x, y, width, height } = await boxOf(editor.node(name));
    return x >= pane.x && y >= pane.y && x + width <= pane.x + pane.width && y + height <= pane.y + pane.height;
  };
  await editor.canvas.focus();
  await page.keyboard.press("0");
  await expect(page.getByRole("status", { name: "Zoom" })).toHaveText("100 %");
  await page.keyboard.press("1");
  for (const name of ["hello", "auth", "log"]) expect(await inSight(name)).toBe(true);
  await editor.node("log").focus();
  await page.keyboard.press(".");
  const [{ x, width }, middle] = [await boxOf(editor.node("log")), pane.x + pane.width / 2];
  expect(Math.abs(x + width / 2 - middle)).toBeLessThanOrEqual(2);
});

test("06 the minimap has a rectangle for each node, pans, and is put away for good", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const map = page.getByRole("img", { name: "Minimap" });
  await expect(map.locator("rect")).toHaveCount(3);
  const before = await boxOf(editor.node("auth"));
  const { x, y, width, height } = await boxOf(map);
  await page.mouse.move(x + 5, y + 5);
  await page.mouse.down();
  const shown = await boxOf(editor.node("auth"));
  expect(shown.x).toBeGreaterThan(before.x);
  await page.mouse.move(x + width - 5, y + height - 5, { steps: 4 });
  await page.mouse.up();
  expect((await boxOf(editor.node("auth"))).x).toBeLessThan(shown.x);
  await editor.command("Show minimap").click();
  await expect(map).toHaveCount(0);
  await page.reload();
  await editor.live();
  await expect(editor.command("Show minimap")).toHaveAttribute("aria-pressed", "false");
  await expect(map).toHaveCount(0);
});

test("07 the view survives a reload; whoever else opens the graph sees all of it", async ({ page, browser }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.rename("auth", "door");
  await editor.saved();
  await editor.canvas.focus();
  await editor.command("Zoom in").click();
  await page.mouse.move(600, 300);
  await page.mouse.wheel(120, 90);
  await expect(page).toHaveURL(/\/g\//);
  const before = await boxOf(editor.node("door"));
  await page.reload();
  await editor.live();
  await expect.poll(async () => (await boxOf(editor.node("door"))).x).toBeCloseTo(before.x, 0);
  expect((await boxOf(editor.node("door"))).width).toBeCloseTo(before.width, 0);

  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const other = await openEditor(await context.newPage(), page.url());
  const pane = await boxOf(other.canvas);
  for (const node of await other.nodes.all()) {
    const { x, width } = await boxOf(node);
    expect(x >= pane.x && x + width <= pane.x + pane.width).toBe(true);
  }
  await context.close();
});

test("08 a drag near the edge moves the view until the pointer is released", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const pane = await boxOf(editor.canvas);
  const still = () => boxOf(editor.node("auth"));
  const take = await grip(editor.node("log"));
  const start = await still();
  await page.mouse.move(take.x, take.y);
  await page.mouse.down();
  await page.mouse.move(pane.x + pane.width - 8, take.y, { steps: 5 });
  await expect.poll(async () => (await still()).x).toBeLessThan(start.x - 60);
  await page.mouse.up();
  const end = await still();
  await page.waitForTimeout(150);
  expect(await still()).toEqual(end);
  // What was carried is where it was dropped.
  expect(Math.abs((await boxOf(editor.node("log"))).x - (pane.x + pane.width - 8 - (take.x - start.x) + (start.x - (await still()).x)))).toBeGreaterThan(0);
});
