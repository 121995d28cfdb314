// What the page shows of a preview besides its logs: forms that the server draws, used as people use them.

import { AxeBuilder } from "@axe-core/playwright";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Editor, expect, file, openEditor, test } from "./editor.ts";

function fixture(name: string) {
  return readFileSync(join(import.meta.dirname, `../../server/tests/fixtures/${name}.wat`));
}

/** Uploads a component alone, exports that port, and runs it. */
async function runAlone(editor: Editor, name: string, port: string) {
  await editor.upload(file(`${name}.wat`, fixture(name)));
  await editor.add(name);
  await editor.page.getByRole("checkbox", { name: `Export ${port} of ${name}`, exact: true }).first().check();
  return editor.run();
}

test("a command gets arguments, environment and input, and its output and exit code show", async ({ page }) => {
  const editor = await openEditor(page);
  await runAlone(editor, "command", "wasi:cli/run@0.2.0");
  await editor.preview.getByLabel("Arguments").fill("one\n<b>two</b>");
  await editor.command("Run command").click();
  const output = page.getByRole("region", { name: "Output of the command" });
  await expect(output).toContainText("Exit code 0", { timeout: 20_000 });
  await expect(output.getByRole("log")).toContainText("one\n<b>two</b>");
  // The form is as it was.
  await expect(editor.preview.getByLabel("Arguments")).toHaveValue("one\n<b>two</b>");
  await editor.preview.getByLabel("Arguments").fill("");
  await editor.command("Run command").click();
  await expect(output).toContainText("Exit code 1", { timeout: 20_000 });
});

test("a function is called by a form made from its types, with keys alone, or by WAVE text", async ({ page }) => {
  const editor = await openEditor(page);
  await runAlone(editor, "echo", "test:echo/echo");
  const result = page.getByRole("region", { name: "Result of the call" });
  const add = page.getByRole("button", { name: "Add an element: things" });
  await add.focus();
  await page.keyboard.press("Enter");
  await expect(editor.preview.getByLabel("name string")).toBeVisible();
  await expect(add).toBeFocused();
  await editor.preview.getByLabel("name string").fill('a "b"');
  // What a case brings along shows when it is chosen.
  await expect(editor.preview.getByLabel("circle f64")).toBeHidden();
  await editor.preview.getByRole("radio", { name: "square" }).focus();
  await page.keyboard.press("ArrowDown");
  await editor.preview.getByLabel("circle f64").fill("2.5");
  await editor.preview.getByRole("checkbox", { name: "hot" }).check();
  await page.getByRole("button", { name: "Call", exact: true }).last().press("Enter");
  await expect(result).toContainText('[{name: "a \\"b\\"", points: [], kind: circle(2.5), tags: {hot}}]');

  await editor.command("Write WAVE text").click();
  const text = editor.preview.getByLabel(/^things: list/);
  await expect(text).toHaveValue(/circle\(2.5\)/);
  await text.fill("[nonsense]");
  await text.press("Enter");
  await expect(result.getByRole("alert")).toContainText("things");
  await expect(text).toHaveValue("[nonsense]");
});

test("grants are given one by one, and what was done with them is listed, kept and edited", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=counter");
  await editor.node("store").focus();
  await page.keyboard.press("Delete");
  await expect(editor.nodes).toHaveCount(1);
  await editor.saved();
  await editor.run();
  const view = (name: string) => page.getByRole("group", { name: "Views of the preview" }).getByRole("button", { name });
  await view("Grants").click();
  await expect(view("Grants")).toHaveAttribute("aria-pressed", "true");
  await expect(view("Grants")).toBeFocused();
  const grant = page.getByRole("checkbox", { name: /Grant the key-value store/ });
  await expect(grant).toBeChecked();
  await grant.uncheck();
  await editor.command("Apply grants").click();
  await expect(editor.preview).toContainText("hold from the next request on");
  await view("Request").click();
  await editor.send({ path: "/here" });
  await expect(editor.response).not.toContainText("Visit number");
  await view("Activity").click();
  await expect(page.getByRole("region", { name: "Calls of capabilities" })).toContainText("refused");

  await view("Grants").click();
  await grant.check();
  await editor.preview.getByLabel("Keys are kept").selectOption("lasting");
  await editor.command("Apply grants").click();
  await expect(editor.preview).toContainText("hold from the next request on");
  await view("Request").click();
  await editor.send({ path: "/here" });
  await expect(editor.response).toContainText("Visit number 1 to /here");
  await editor.preview.getByLabel("Name to save it by").fill("Visit");
  await editor.command("Save request").click();
  await expect(editor.command("Forget Visit")).toBeVisible();

  // Store and settings are those of the graph, not of the run.
  await editor.command("Stop preview").click();
  await editor.run();
  await editor.command("Visit").click();
  await expect(editor.preview.getByLabel("Path")).toHaveValue("/here");
  await editor.send({});
  await expect(editor.response).toContainText("Visit number 2 to /here");
  await view("Store").click();
  await editor.command("Edit /here").click();
  await editor.preview.getByRole("textbox", { name: "Value", exact: true }).fill("41");
  await editor.command("Set value").click();
  await expect(page.getByRole("region", { name: "Stored values" })).toContainText("41");
  await view("Request").click();
  await editor.send({ path: "/here" });
  await expect(editor.response).toContainText("Visit number 42 to /here");

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.command("Copy as curl").click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^curl .*localhost:\d+\/here'$/);
  await view("Limits").click();
  await expect(editor.preview.getByRole("meter").first()).toBeVisible();
});

test("no view of a preview has a barrier that axe finds", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.run();
  await editor.send({ path: "/" });
  await expect(editor.response).toContainText("401");
  for (const name of ["Request", "Command", "Call", "Grants", "Activity", "Store", "Objects", "Messages", "Limits"]) {
    const button = page.getByRole("group", { name: "Views of the preview" }).getByRole("button", { name });
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
    const { violations } = await new AxeBuilder({ page }).include(".preview").analyze();
    expect(violations.map((it) => `${name}: ${it.id} ${it.nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
  }
});
