// 52: frames and notes.

import { readFileSync } from "node:fs";
import { boxOf, expect, file, openEditor, test, type Editor } from "../editor.ts";

const SAMPLE = "/?sample=guarded-hello";

/** Puts a frame around two nodes by keys, and names it. */
async function framed(editor: Editor, title: string) {
  const { page } = editor;
  await editor.node("hello").click({ position: { x: 60, y: 12 } });
  await editor.node("auth").click({ position: { x: 60, y: 12 }, modifiers: ["Control"] });
  await page.keyboard.press("Control+g");
  const field = page.getByRole("textbox", { name: "Title of the frame" });
  await expect(field).toBeFocused();
  await page.keyboard.type(title);
  await page.keyboard.press("Enter");
  return page.getByRole("group", { name: `Frame ${title}`, exact: true });
}

test("52 Ctrl+G frames what is selected, and the frame takes along what lies in it", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const frame = await framed(editor, "Behind the door");
  await expect(frame).toBeFocused();
  const places = async () => {
    const boxes = [];
    for (const thing of [frame, editor.node("hello"), editor.node("auth"), editor.node("log")]) boxes.push(await boxOf(thing));
    return boxes;
  };
  const before = await places();
  for (const inside of before.slice(1, 3)) {
    expect(inside.x).toBeGreaterThan(before[0].x);
    expect(inside.y + inside.height).toBeLessThan(before[0].y + before[0].height);
  }
  const title = { x: before[0].x + 40, y: before[0].y + 10 };
  await page.mouse.move(title.x, title.y);
  await page.mouse.down();
  await page.mouse.move(title.x + 20, title.y + 40, { steps: 3 });
  await page.mouse.move(title.x + 30, title.y + 90, { steps: 3 });
  await page.mouse.up();
  const after = await places();
  const moved = after.map((box, n) => ({ x: Math.round(box.x - before[n].x), y: Math.round(box.y - before[n].y) }));
  expect(moved[0].y).toBeGreaterThan(50);
  expect(moved.slice(1)).toEqual([moved[0], moved[0], { x: 0, y: 0 }]);
  await expect(editor.command("Undo")).toHaveAttribute("title", "Undo move Frame Behind the door");
  await page.keyboard.press("Control+z");
  expect(await places()).toEqual(before);
  // It is still selected: keys move it.
  await page.keyboard.press("ArrowDown");
  expect((await boxOf(frame)).y).toBeGreaterThan(before[0].y);
  await editor.command("Undo").click();

  // Cut, it takes along what lies in it.
  await frame.focus();
  await page.keyboard.press("Control+x");
  await expect(editor.nodes).toHaveCount(1);
  await editor.command("Undo").click();
  await expect(editor.nodes).toHaveCount(3);
  expect(await places()).toEqual(before);

  // By keys it moves, too, and becomes larger.
  await frame.focus();
  await page.keyboard.press("Shift+ArrowDown");
  expect((await boxOf(editor.node("hello"))).y).toBeGreaterThan(before[1].y);
  const { width } = await boxOf(frame);
  await page.keyboard.press("Control+ArrowRight");
  expect((await boxOf(frame)).width).toBeGreaterThan(width);
  await page.keyboard.press("Delete");
  await expect(frame).toHaveCount(0);
  await expect(editor.nodes).toHaveCount(3);
});

test("52 Tidy keeps a frame around what is in it, and its corner makes it larger", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const frame = await framed(editor, "Two");
  await editor.tidy();
  const holds = async (name: string) => {
    const [inside, outside] = [await boxOf(editor.node(name)), await boxOf(frame)];
    return inside.x > outside.x && inside.x + inside.width < outside.x + outside.width && inside.y > outside.y;
  };
  expect([await holds("hello"), await holds("auth"), await holds("log")]).toEqual([true, true, false]);
  const box = await boxOf(frame);
  const corner = { x: box.x + box.width - 6, y: box.y + box.height - 6 };
  await page.mouse.move(corner.x, corner.y);
  await page.mouse.down();
  await page.mouse.move(corner.x + 30, corner.y + 60, { steps: 4 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  expect(await boxOf(frame)).toEqual(box);
  await page.mouse.move(corner.x, corner.y);
  await page.mouse.down();
  await page.mouse.move(corner.x + 30, corner.y + 60, { steps: 4 });
  await page.mouse.up();
  const larger = await boxOf(frame);
  expect(larger.height).toBeGreaterThan(box.height + 40);
  expect([larger.x, larger.y]).toEqual([box.x, box.y]);
});

test("52 notes show what is written as text, are saved, drawn, copied and exported", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.canvas.focus();
  await page.keyboard.press("ContextMenu");
  await page.getByRole("menuitem", { name: "Add a note" }).click();
  const words = "<b>Why</b> & <script>alert(1)</script>";
  const field = page.getByRole("textbox", { name: "Text of the note" });
  await expect(field).toBeFocused();
  await field.fill(words);
  await page.keyboard.press("Enter");
  const note = page.getByRole("group", { name: `Note ${words}`, exact: true });
  await expect(note).toHaveText(words);
  await expect(note.locator("b, script")).toHaveCount(0);

  await note.dblclick();
  await expect(field).toBeFocused();
  await page.keyboard.type("something else");
  await page.keyboard.press("Escape");
  await expect(note).toHaveText(words);

  await note.focus();
  await page.keyboard.press("Control+d");
  await expect(note).toHaveCount(2);
  await editor.saved();
  await page.reload();
  await editor.live();
  await expect(note).toHaveCount(2);

  const exported = await editor.download("Export");
  const graph = JSON.parse(exported.bytes.toString());
  expect(graph.notes.map((note: { text: string }) => note.text)).toEqual([words, words]);
  await openEditor(page);
  await editor.command("Open").click();
  const chooser = page.waitForEvent("filechooser");
  await editor.command("Open file").click();
  await (await chooser).setFiles(file("noted.json", exported.bytes));
  await expect(note).toHaveCount(2);

  await editor.canvas.focus();
  await page.keyboard.press("ContextMenu");
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Export as SVG" }).click();
  const picture = readFileSync(await (await download).path()).toString();
  expect(picture).toContain("&lt;b>Why&lt;/b>");
});
