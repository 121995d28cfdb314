// A graph survives: autosave, reload, the list of saved graphs, and the JSON file.

import { readFileSync } from "node:fs";
import { expect, file, HANDLER, openEditor, test } from "./editor.ts";

test("47 what is drawn is saved by itself, and a reload shows the same document", async ({ page, request }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.rename("auth", "bouncer");
  await page.getByRole("textbox", { name: "Graph name" }).fill("Night shift");
  await page.getByRole("textbox", { name: "Graph name" }).press("Enter");
  await expect(page).toHaveURL(/\/g\/[a-z0-9]+$/);
  await editor.saved();
  const id = page.url().split("/").pop();
  const document = async () => (await (await request.get(`/api/v1/graphs/${id}`)).json()).graph;
  await expect.poll(async () => (await document()).name).toBe("Night shift");
  const before = await document();

  await page.reload();
  await editor.live();
  await expect(editor.node("bouncer")).toBeVisible();
  await expect(editor.link(HANDLER, "bouncer", "log")).toBeVisible();
  expect(await document()).toEqual(before);

  // Another visitor finds it in the list.
  await page.goto("/");
  await editor.live();
  await editor.command("Open").click();
  await page.getByRole("dialog").getByRole("link", { name: /Night shift/ }).first().click();
  await editor.live();
  await expect(editor.node("bouncer")).toBeVisible();
});

test("49 the graph goes into a JSON file and comes back from it", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const { path } = await editor.download("Export");
  const saved = JSON.parse(readFileSync(path, "utf8"));
  expect(saved.nodes).toHaveLength(3);

  await openEditor(page, "/");
  await editor.command("Open").click();
  const chooser = page.waitForEvent("filechooser");
  await editor.command("Open file").click();
  await (await chooser).setFiles(path);
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.link(HANDLER, "auth", "log")).toBeVisible();
  const again = await editor.download("Export");
  expect(JSON.parse(again.bytes.toString())).toEqual(saved);
});

test("49 a file that is no graph is refused and the graph at hand stays", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=counter");
  for (const [text, answer] of [["{", /does not read/], ["{}", /not a Patchbay graph/], ['{"patchbay":9}', /newer/]] as const) {
    await editor.command("Open").click();
    const chooser = page.waitForEvent("filechooser");
    await editor.command("Open file").click();
    await (await chooser).setFiles(file("graph.json", text));
    await expect(page.getByRole("alert").filter({ hasText: answer })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(editor.nodes).toHaveCount(2);
  }
});

test("47 two tabs do not overwrite each other", async ({ page, context, complaints }) => {
  const editor = await openEditor(page, "/?sample=counter");
  await editor.rename("store", "memory");
  await expect(page).toHaveURL(/\/g\//);
  await editor.saved();
  const other = await openEditor(await context.newPage(), page.url());
  await other.rename("memory", "theirs");
  await other.saved();
  await expect(other.node("theirs")).toBeVisible();
  await page.bringToFront();
  await editor.rename("memory", "mine");
  await expect(page.getByRole("alert").filter({ hasText: /another tab|somewhere else|changed/i })).toBeVisible();
  await page.goto(page.url());
  await editor.live();
  await expect(editor.node("theirs")).toBeVisible();
  // The browser itself logs the refused save.
  expect(complaints.splice(0).every((line) => line.includes("412"))).toBe(true);
});

test("a link that does not fit shows both types with the words marked that differ", async ({ page, request }) => {
  const wat = (text: string, port: string) => `(component ${port.replace("TEXT", text)})`;
  const exporter = wat(
    "u8",
    `(core module $m (func (export "f") (param i32)))
     (core instance $i (instantiate $m))
     (func $f (param "text" TEXT) (canon lift (core func $i "f")))
     (instance $log (export "write" (func $f)))
     (export "test:log/log" (instance $log))`,
  );
  const importer = wat("u32", `(import "test:log/log" (instance (export "write" (func (param "text" TEXT)))))`);
  const nodes = [];
  for (const [at, [name, text]] of Object.entries({ bytes: exporter, numbers: importer }).entries()) {
    const response = await request.post(`/api/v1/components?name=${name}.wat`, { data: Buffer.from(text) });
    const { package: of, digest } = await response.json();
    const position = { x: 400 * at, y: 0 };
    nodes.push({ id: `n${at + 1}`, name, component: { package: of, digest }, position });
  }
  const end = (node: string) => ({ node, port: "test:log/log" });
  const graph = { patchbay: 1, name: "Misfits", nodes, links: [{ from: end("n1"), to: end("n2") }] };
  const { id } = await (await request.post("/api/v1/graphs", { data: graph })).json();

  const editor = await openEditor(page, `/g/${id}`);
  await expect(editor.problems.locator("mark")).toHaveText(["u8", "u32"]);
  await editor.problems.getByRole("button", { name: "Remove the link" }).click();
  await expect(editor.problems.locator("mark")).toHaveCount(0);
});
