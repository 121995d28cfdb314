// Requirements 44 to 54: history, clipboard, files, tidying, problems.

import { readFileSync } from "node:fs";
import { boxOf, expect, fromWit, HANDLER, openEditor, test, type Editor } from "../editor.ts";

const SAMPLE = "/?sample=guarded-hello";

async function document(editor: Editor) {
  const { bytes } = await editor.download("Export");
  return JSON.parse(bytes.toString());
}

test("44 a gesture is a step, a hundred of them can be undone, and the buttons say what", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  // Beside another node: the view follows what is moved.
  const place = async () => {
    const [auth, hello] = [await boxOf(editor.node("auth")), await boxOf(editor.node("hello"))];
    return [auth.x - hello.x, auth.y - hello.y].map(Math.round);
  };
  const before = await place();
  await editor.node("auth").focus();
  for (let step = 0; step < 100; step++) await page.keyboard.press(step % 2 ? "ArrowUp" : "ArrowRight");
  await expect(editor.command("Undo")).toHaveAttribute("title", "Undo move auth");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("ArrowDown");
  await expect(editor.command("Undo")).toHaveAttribute("title", "Undo move 3 nodes");
  await page.keyboard.press("Control+z");
  await expect(editor.command("Redo")).toHaveAttribute("title", "Redo move 3 nodes");
  for (let step = 0; step < 100; step++) await page.keyboard.press("Control+z");
  await expect(editor.command("Undo")).toBeDisabled();
  expect(await place()).toEqual(before);
  await page.keyboard.press("Control+Shift+Z");
  await page.keyboard.press("Control+y");
  await expect(editor.command("Undo")).toBeEnabled();
});

test("45 undoing a delete brings back everything, and redo loses nothing", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const before = await document(editor);
  await editor.canvas.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expect(editor.nodes).toHaveCount(0);
  const empty = await document(editor);
  await page.keyboard.press("Control+z");
  expect(await document(editor)).toEqual(before);
  await page.keyboard.press("Control+y");
  expect(await document(editor)).toEqual(empty);
});

test("46 nodes are copied, cut, pasted and duplicated with the links between them", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const editor = await openEditor(page, SAMPLE);
  const first = await boxOf(editor.node("hello"));
  await editor.node("hello").focus();
  await page.keyboard.down("Control");
  await editor.node("auth").click({ position: { x: 60, y: 10 } });
  await page.keyboard.up("Control");
  await page.keyboard.press("Control+c");
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(text).nodes).toHaveLength(2);
  await page.keyboard.press("Control+v");
  await expect(editor.nodes).toHaveCount(5);
  await expect(editor.link(HANDLER, "hello-2", "auth-2")).toBeAttached();
  const copy = await boxOf(editor.node("hello-2"));
  expect(copy.x).toBeGreaterThan(first.x);
  expect(copy.y).toBeGreaterThan(first.y);
  await expect(editor.node("hello-2")).toHaveAttribute("data-selected", "true");
  await page.keyboard.press("Control+z");
  await expect(editor.nodes).toHaveCount(3);

  await editor.node("log").focus();
  await page.keyboard.press("Control+d");
  await expect(editor.node("log-2")).toBeAttached();
  await page.keyboard.press("Control+z");

  // With Shift, what comes in from others is kept.
  await editor.node("auth").focus();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+Shift+v");
  await expect(editor.link(HANDLER, "hello", "auth-2")).toBeAttached();
  await page.keyboard.press("Control+z");

  await editor.node("log").focus();
  await page.keyboard.press("Control+x");
  await expect(editor.nodes).toHaveCount(2);

  // Another tab takes it too; foreign text is refused in words.
  const other = await openEditor(await context.newPage(), "/");
  await other.canvas.focus();
  await other.page.keyboard.press("Control+v");
  await expect(other.node("log")).toBeVisible();
  await other.page.evaluate(() => navigator.clipboard.writeText("so long"));
  await other.page.keyboard.press("Control+v");
  await expect(other.page.getByRole("alert").filter({ hasText: "clipboard" })).toBeVisible();
  await expect(other.nodes).toHaveCount(1);
});

test("47 what is drawn is saved within a second", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.node("auth").focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible({ timeout: 1500 });
});

test("50 the graph is saved as a picture, SVG and PNG, with all nodes and in the page's colours", async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: "theme", value: "dark", url: baseURL! }]);
  const editor = await openEditor(page, SAMPLE);
  const picture = async (kind: "SVG" | "PNG") => {
    await editor.canvas.focus();
    await page.keyboard.press("ContextMenu");
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: `Export as ${kind}` }).click();
    expect((await download).suggestedFilename()).toBe(`Guarded hello.${kind.toLowerCase()}`);
    return readFileSync(await (await download).path());
  };
  const svg = (await picture("SVG")).toString();
  for (const name of ["hello", "auth", "log"]) expect(svg).toContain(`>${name}</text>`);
  expect(svg).toContain('fill="#0f1115"');
  const png = await picture("PNG");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  expect(width).toBeGreaterThan(1000);
  expect(height).toBeGreaterThan(150);
  expect(png.length).toBeGreaterThan(10_000);
});

test("51 Tidy leaves no overlaps, goes from left to right, is one step, and keeps to the selection", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const hello = await boxOf(editor.node("hello"));
  const pane = await boxOf(editor.canvas);
  for (const name of ["auth", "log"]) await editor.moveTo(name, hello.x - pane.x + 20, hello.y - pane.y + 30);
  await page.keyboard.press("Escape");
  await editor.tidy();
  const [a, b, c] = await Promise.all(["hello", "auth", "log"].map((name) => boxOf(editor.node(name))));
  expect(a!.x + a!.width).toBeLessThan(b!.x);
  expect(b!.x + b!.width).toBeLessThan(c!.x);
  await expect(editor.command("Undo")).toHaveAttribute("title", "Undo tidy");
  await page.keyboard.press("Control+z");
  await expect(editor.command("Undo")).toHaveAttribute("title", "Undo move log");
  const log = await boxOf(editor.node("log"));
  await editor.node("hello").focus();
  await page.keyboard.down("Shift");
  const at = await boxOf(editor.node("log"));
  await page.mouse.click(at.x + 60, at.y + at.height - 4);
  await page.keyboard.up("Shift");
  await editor.tidy();
  const auth = await boxOf(editor.node("auth"));
  expect(auth.width).toBeCloseTo(log.width, 0);
});

test("53 a problem's button selects, focuses and shows its node, which has a badge in words", async ({ page, request }) => {
  const { id } = await (
    await request.post("/api/v1/graphs", {
      data: {
        patchbay: 1,
        name: "Gone",
        nodes: [{ id: "n1", name: "lost", component: { package: "nobody:has-this" }, position: { x: 0, y: 0 } }],
      },
    })
  ).json();
  const editor = await openEditor(page, `/g/${id}`);
  const item = editor.problems.getByRole("listitem").first();
  await expect(item).toContainText("Error");
  await item.getByRole("button", { name: "Show lost" }).click();
  await expect(editor.node("lost")).toBeFocused();
  await expect(editor.node("lost")).toHaveAttribute("data-selected", "true");
  await expect(editor.node("lost").getByRole("img", { name: /1 problem/ })).toBeVisible();
  await expect(editor.command("Download")).toBeDisabled();
  await expect(editor.command("Download")).toHaveAccessibleDescription(/./);
});

for (const build of ["Download", "Run preview"]) {
  test(`54 ${build}: what the server refuses leads to the node and the port, although no check knew of it`, async ({
    page,
    complaints,
  }) => {
    const world = (type: string, does: string) =>
      `package demo:${does}; world ${does}s { import demo:gate/gate; export ${does}: func(); }
       package demo:gate { interface gate { pass: func(who: ${type}); } }`;
    const first = await fromWit(page, world("string", "enter"));
    const second = await fromWit(page, world("u32", "leave"));
    const editor = await openEditor(page);
    await editor.add(first);
    await page.getByRole("checkbox", { name: `Export enter of ${first}` }).check();
    await expect(editor.command(build)).toBeEnabled();

    // From here on the page hears of its graph only what a build says.
    await page.route("**/api/v1/check", () => {});
    await editor.add(second);
    await editor.command(build).click();
    await expect(page.getByRole("alert").first()).toContainText("demo:gate/gate");
    const item = editor.problems.getByRole("listitem").filter({ hasText: "demo:gate/gate" });
    const show = item.getByRole("button", { name: /^Show / });
    const node = (await show.innerText()).replace("Show ", "");
    await show.click();
    await expect(editor.node(node)).toHaveAttribute("data-selected", "true");
    await expect(editor.node(node).getByRole("img", { name: /1 problem/ })).toBeVisible();
    await expect(editor.import("demo:gate/gate", node)).toBeFocused();
    expect(complaints.splice(0).every((line) => line.includes("422"))).toBe(true);
  });
}
