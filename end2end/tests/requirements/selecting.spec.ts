// Requirements 16 to 25: selecting, moving, deleting, menus.

import { boxOf, centre, expect, grip, HANDLER, openEditor, test, type Editor } from "../editor.ts";

const SAMPLE = "/?sample=guarded-hello";
const ALL = ["hello", "auth", "log"];

async function selected(editor: Editor) {
  const names = [];
  for (const name of ALL) if ((await editor.node(name).count()) && (await editor.node(name).getAttribute("data-selected"))) names.push(name);
  return names;
}

async function click(editor: Editor, name: string, key?: "Control" | "Shift" | "Meta") {
  const at = await grip(editor.node(name));
  if (key) await editor.page.keyboard.down(key);
  await editor.page.mouse.click(at.x, at.y);
  if (key) await editor.page.keyboard.up(key);
}

test("16 a click selects one thing, with Ctrl or Shift it toggles, the pane and Escape clear", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const pane = await boxOf(editor.canvas);
  await click(editor, "hello");
  await click(editor, "auth");
  expect(await selected(editor)).toEqual(["auth"]);
  await expect(editor.node("auth")).toHaveAttribute("aria-current", "true");
  await click(editor, "log", "Control");
  await click(editor, "hello", "Shift");
  expect(await selected(editor)).toEqual(ALL);
  await click(editor, "auth", "Control");
  expect(await selected(editor)).toEqual(["hello", "log"]);
  await page.mouse.click(pane.x + pane.width / 2, pane.y + 15);
  expect(await selected(editor)).toEqual([]);
  await click(editor, "log");
  await page.keyboard.press("Escape");
  expect(await selected(editor)).toEqual([]);
});

test("17 a box drawn with Shift selects what it touches, with the links between; Ctrl+A selects all", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const [hello, auth] = [await boxOf(editor.node("hello")), await boxOf(editor.node("auth"))];
  await page.keyboard.down("Shift");
  await page.mouse.move(hello.x - 14, Math.min(hello.y, auth.y) - 30);
  await page.mouse.down();
  await page.mouse.move(auth.x + 20, auth.y + 20, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  expect(await selected(editor)).toEqual(["hello", "auth"]);
  await expect(editor.link(HANDLER, "hello", "auth")).toHaveAttribute("data-selected", "true");
  await expect(editor.link(HANDLER, "auth", "log")).not.toHaveAttribute("data-selected", "true");
  await page.keyboard.press("Control+a");
  expect(await selected(editor)).toEqual(ALL);
});

test("18 less than three pixels are a click, and no step of the history", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const before = await boxOf(editor.node("auth"));
  const at = await grip(editor.node("auth"));
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 1, at.y + 2);
  await page.mouse.up();
  expect(await boxOf(editor.node("auth"))).toEqual(before);
  await expect(editor.command("Undo")).toBeDisabled();
});

test("19 selected nodes move alike, and links stay at their ports in every frame", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.canvas.focus();
  await editor.command("Zoom out").click();
  const before = await Promise.all(ALL.map((name) => boxOf(editor.node(name))));
  await click(editor, "hello");
  await click(editor, "auth", "Control");
  const at = await grip(editor.node("auth"));
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  for (const [dx, dy] of [[40, 10], [80, 60], [120, 90]] as const) {
    await page.mouse.move(at.x + dx, at.y + dy);
    // The ends of both links, as they are drawn, beside the middles of their ports, in one frame.
    const apart = await page.evaluate((port) => {
      const ports = [...document.querySelectorAll("button")];
      const middle = (label: string) => {
        const glyph = ports.find((b) => b.getAttribute("aria-label") === label)!.querySelector(".glyph")!;
        const { x, y, width, height } = glyph.getBoundingClientRect();
        return [x + width / 2, y + height / 2];
      };
      return [["hello", "auth"], ["auth", "log"]].flatMap(([from, to]) => {
        const link = document.querySelector(`[aria-label="${from}.${port} to ${to}.${port}"]`)!;
        const path = link.querySelector("path") as SVGPathElement;
        const end = (at: number) => path.getPointAtLength(at).matrixTransform(path.getScreenCTM()!);
        const ends = [end(0), end(path.getTotalLength())];
        const ports = [middle(`export ${port} of ${from}`), middle(`import ${port} of ${to}`)];
        return ends.map((e, n) => Math.hypot(e.x - ports[n]![0]!, e.y - ports[n]![1]!));
      });
    }, HANDLER);
    for (const distance of apart) expect(distance).toBeLessThanOrEqual(1);
  }
  await page.mouse.up();
  const after = await Promise.all(ALL.map((name) => boxOf(editor.node(name))));
  const moved = after.map((box, n) => [Math.round(box.x - before[n]!.x), Math.round(box.y - before[n]!.y)]);
  expect(moved[0]).toEqual(moved[1]);
  expect(moved[0]![0]).toBeGreaterThan(80);
  expect(moved[2]).toEqual([0, 0]);
});

test("20 nodes keep to the grid, Alt lets them off it, and they come into line with others", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const at = await grip(editor.node("auth"));
  const start = await boxOf(editor.node("auth"));
  const zoom = start.width / 288;
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 3, at.y + 150 * zoom, { steps: 4 });
  const dy = (await boxOf(editor.node("auth"))).y - start.y;
  expect(Math.abs(dy / zoom - 144) < 1 || Math.abs(dy / zoom - 150) < 7).toBe(true);
  await page.keyboard.down("Alt");
  await page.mouse.move(at.x + 3, at.y + 155 * zoom);
  expect((await boxOf(editor.node("auth"))).y - start.y).toBeCloseTo(155 * zoom, 0);
  await page.keyboard.up("Alt");
  // Four pixels beside the left edge of another node, it takes that edge, and a line says so.
  const hello = await boxOf(editor.node("hello"));
  await page.mouse.move(at.x - start.x + hello.x + 4, at.y + 190 * zoom, { steps: 4 });
  expect((await boxOf(editor.node("auth"))).x).toBeCloseTo(hello.x, 0);
  await expect(page.locator(".guides")).toHaveAttribute("d", /M/);
  await page.mouse.up();
  await expect(page.locator(".guides")).not.toHaveAttribute("d", /M/);
});

test("21 arrow keys move by a cell, with Shift by four, and say so; a held key is one step", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.node("auth").focus();
  const start = await boxOf(editor.node("auth"));
  const zoom = start.width / 288;
  const moved = async () => Math.round(((await boxOf(editor.node("auth"))).x - start.x) / zoom);
  await page.keyboard.press("ArrowRight");
  expect(await moved()).toBe(16);
  await expect(page.locator("[aria-live=polite]")).toHaveText(/Moved auth right to -?\d+, -?\d+/);
  await page.keyboard.press("Shift+ArrowRight");
  expect(await moved()).toBe(80);
  for (let repeat = 0; repeat < 5; repeat++) await page.keyboard.down("ArrowLeft");
  await page.keyboard.up("ArrowLeft");
  expect(await moved()).toBe(0);
  await page.keyboard.press("Control+z");
  expect(await moved()).toBe(80);
  await page.keyboard.press("Control+z");
  expect(await moved()).toBe(16);
});

test("22 Escape during a drag brings back what was before", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const before = await Promise.all(ALL.map((name) => boxOf(editor.node(name))));
  const pane = await boxOf(editor.canvas);
  await click(editor, "hello");
  const drags = [await grip(editor.node("auth")), await centre(editor.export(HANDLER, "log"))];
  for (const from of drags) {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 50, from.y + 120, { steps: 3 });
    await page.keyboard.press("Escape");
    await page.mouse.up();
  }
  await page.keyboard.down("Shift");
  await page.mouse.move(pane.x + pane.width / 2, pane.y + 10);
  await page.mouse.down();
  await page.mouse.move(pane.x + 60, pane.y + pane.height - 90, { steps: 3 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await page.keyboard.up("Shift");
  expect(await Promise.all(ALL.map((name) => boxOf(editor.node(name))))).toEqual(before);
  expect(await selected(editor)).toEqual(["hello"]);
  await expect(editor.command("Undo")).toBeDisabled();
});

test("23 Delete and Backspace remove the selection, not while one types; Ctrl+Delete heals", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  await click(editor, "auth");
  const name = page.getByRole("textbox", { name: "Graph name" });
  await name.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await expect(editor.nodes).toHaveCount(3);
  await editor.node("auth").focus();
  await page.keyboard.press("Backspace");
  await expect(editor.nodes).toHaveCount(2);
  await page.keyboard.press("Control+z");
  await editor.node("auth").focus();
  await page.keyboard.press("Control+Delete");
  await expect(editor.nodes).toHaveCount(2);
  await expect(editor.link(HANDLER, "hello", "log")).toBeAttached();
  await page.keyboard.press("Control+z");
  await expect(editor.link(HANDLER, "hello", "auth")).toBeAttached();
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();
});

test("24 nodes, links and the pane have menus, worked by keys", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const menu = page.getByRole("menu");
  await editor.node("auth").focus();
  await page.keyboard.press("Shift+F10");
  await expect(menu).toHaveAccessibleName("Menu of auth");
  await expect(menu.getByRole("menuitem", { name: "Rename" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(menu.getByRole("menuitem", { name: "Duplicate" })).toBeFocused();
  await page.keyboard.press("End");
  await expect(menu.getByRole("menuitem", { name: "Delete" })).toBeFocused();
  await page.keyboard.press("r");
  await expect(menu.getByRole("menuitem", { name: "Rename" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(editor.node("auth")).toBeFocused();

  await editor.canvas.focus();
  await page.keyboard.press("ContextMenu");
  await expect(menu.getByRole("menuitem", { name: "Select all" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor.canvas).toBeFocused();
  await editor.link(HANDLER, "hello", "auth").focus();
  await page.keyboard.press("Shift+F10");
  await menu.getByRole("menuitem", { name: "Delete" }).click();
  await expect(editor.link(HANDLER, "hello", "auth")).toHaveCount(0);
});

test("25 the selected node lies on top, and the others keep their order", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const hello = await boxOf(editor.node("hello"));
  const pane = await boxOf(editor.canvas);
  await editor.moveTo("log", hello.x - pane.x + 20, hello.y - pane.y + 10);
  const top = () =>
    page.evaluate(([x, y]) => document.elementFromPoint(x!, y!)?.closest('[role="group"]')?.getAttribute("aria-label"), [hello.x + 100, hello.y + 25]);
  expect(await top()).toBe("log");
  await editor.node("hello").focus();
  expect(await top()).toBe("hello");
});

test("19 nodes that were dragged, or let go, keep their place in the order of keys, and the focus", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const order = () => editor.canvas.getByRole("group").evaluateAll((nodes) => nodes.map((node) => node.getAttribute("aria-label")));
  const links = () => editor.canvas.getByRole("img", { name: " to " }).evaluateAll((all) => all.map((link) => link.getAttribute("aria-label")));
  const before = [await order(), await links()];
  expect(before.map((names) => names.length)).toEqual([3, 2]);
  const focused = () => page.evaluate(() => document.activeElement!.getAttribute("aria-label"));
  for (const end of ["Escape", "release", "release"]) {
    await page.keyboard.press("Escape");
    await editor.node("auth").focus();
    await click(editor, "auth");
    await click(editor, "hello", "Control");
    const name = await focused();
    const at = await grip(editor.node("hello"));
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 30, at.y + 40, { steps: 3 });
    expect(await focused()).toBe(name);
    if (end === "Escape") await page.keyboard.press("Escape");
    await page.mouse.up();
    expect(await focused()).toBe(name);
    expect([await order(), await links()]).toEqual(before);
  }
});
