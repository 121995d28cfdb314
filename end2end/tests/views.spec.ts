// What the engine says of a graph: the result from all its sides, its source, the inspector, hints and remarks.

import { readFileSync } from "node:fs";
import { expect, file, fromWit, HANDLER, openEditor, test } from "./editor.ts";

test("the wiring goes into a .wac source and comes back from it", async ({ page, complaints }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await page.getByRole("tab", { name: "Output" }).click();
  await page.getByRole("button", { name: "WAC", exact: true }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as .wac" }).click();
  const name = (await download).suggestedFilename();
  const bytes = readFileSync(await (await download).path());
  expect(name).toMatch(/\.wac$/);
  expect(bytes.toString()).toContain("new ");
  const open = async (content: string | Buffer, as: string) => {
    await editor.command("Open").click();
    const chooser = page.waitForEvent("filechooser");
    await editor.command("Open file").click();
    await (await chooser).setFiles(file(as, content));
  };
  await openEditor(page);
  await open(bytes, "guarded.wac");
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();
  await open("let x = ;", "broken.wac");
  await expect(page.getByRole("alert").filter({ hasText: "broken.wac was not opened" })).toBeVisible();
  expect(complaints.splice(0)).toHaveLength(1);
});

test("a source with mistakes is mended and opened, by a button or by hand", async ({ page, complaints }) => {
  const editor = await openEditor(page);
  await editor.command("Open").click();
  const chooser = page.waitForEvent("filechooser");
  await editor.command("Open file").click();
  const source = "package my:front;\nlet hello = new patchbay:http-helo { ... };\nexport hello.sayy;\n";
  await (await chooser).setFiles(file("front.wac", source));
  const dialog = page.getByRole("dialog", { name: "Mend front.wac" });
  await expect(dialog.getByRole("alert")).toHaveText("front.wac was not opened.");
  await expect(dialog.getByText("patchbay:http-helo").first()).toBeVisible();
  await expect(dialog.getByRole("textbox", { name: "Source" })).toHaveValue(source);

  // One mistake less; the next one has no near name.
  await dialog.getByRole("button", { name: "Write `patchbay:http-hello` and open" }).click();
  const text = dialog.getByRole("textbox", { name: "Source" });
  const mended = source.replace("http-helo", "http-hello");
  await expect(text).toHaveValue(mended);
  await expect(dialog.getByRole("listitem")).toContainText("sayy");
  await text.fill(mended.replace("hello.sayy", `hello["${HANDLER}"]`));
  await dialog.getByRole("button", { name: "Open this" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(editor.nodes).toHaveCount(1);
  await expect(editor.node("hello")).toBeVisible();
  expect(complaints.splice(0).every((line) => line.includes("422"))).toBe(true);
});

test("the result is seen from several sides", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=counter");
  await page.getByRole("tab", { name: "Output" }).click();
  const output = page.getByRole("region", { name: "Output" });
  const proxy = output.getByRole("row", { name: /wasi:http\/proxy/ });
  await expect(proxy.first()).toBeVisible();

  await output.getByRole("button", { name: "Size", exact: true }).click();
  await expect(output.getByText(/in all/)).toBeVisible();
  await output.getByRole("button", { name: /^Show / }).first().click();
  await expect(page.getByRole("region", { name: "Node" })).toBeVisible();

  await output.getByRole("button", { name: "WAC", exact: true }).click();
  await expect(output.getByLabel("WAC", { exact: true }).last()).toContainText("new ");
  await output.getByRole("button", { name: "WIT", exact: true }).click();
  await expect(output.getByLabel("WIT", { exact: true }).locator("visible=true").last()).toContainText("world");
  await output.getByRole("button", { name: "WAT", exact: true }).click();
  await expect(output.locator(".wat-keyword").first()).toHaveText("component");
});

test("a graph is compared with one that was saved before", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const name = async () => {
    await page.getByRole("textbox", { name: "Graph name" }).fill("Compared");
    await page.keyboard.press("Enter");
    await editor.saved();
  };
  await name();
  await openEditor(page, "/?sample=guarded-hello");
  await name();
  await editor.node("auth").focus();
  await page.keyboard.press("Delete");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.getByRole("tab", { name: "Output" }).click();
  const output = page.getByRole("region", { name: "Output" });
  await output.getByRole("button", { name: "Compare", exact: true }).click();
  // The newest is this graph itself, the next the one before.
  await output.getByRole("button", { name: /^Compare with Compared/ }).last().click();
  await expect(output).toContainText("`auth`");
  await expect(output.getByRole("heading", { name: /^The result/ })).toBeVisible();
});

test("the inspector says what the graph, a node and a link are", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const graph = page.getByRole("region", { name: "Graph" });
  await expect(graph).toContainText("3 components");
  await editor.node("auth").focus();
  const node = page.getByRole("region", { name: "Node" });
  await expect(node).toContainText("Made with");
  const port = node.locator("summary", { hasText: HANDLER }).first();
  await port.click();
  await expect(node.getByLabel(HANDLER, { exact: true }).first()).toContainText("func(");
  await expect(node.getByText("Answers requests: what a server calls with each.").first()).toBeVisible();
  // What is open stays open when the fragment is drawn again.
  await node.getByRole("textbox", { name: "Node name" }).fill("guard");
  await page.keyboard.press("Enter");
  await expect(editor.node("guard")).toBeVisible();
  await expect(node.getByRole("checkbox", { name: `Export ${HANDLER} of guard` })).toBeVisible();
  await expect(node.getByLabel(HANDLER, { exact: true }).first()).toBeVisible();
  await node.getByRole("textbox", { name: "Node name" }).fill("log");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("need different names");
  await expect(node.getByRole("textbox", { name: "Node name" })).toHaveValue("guard");
  const line = editor.link(HANDLER, "hello", "guard").locator(".link-line");
  const at = await line.evaluate((path: SVGPathElement) => {
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 4).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });
  await page.mouse.click(at.x, at.y);
  await expect(page.getByRole("region", { name: "Link" })).toContainText("Fits exactly");
});

test("the first link and the first open import are explained once", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.add("http-log");
  const hint = page.getByRole("note");
  await expect(hint).toContainText("A hollow import is still open");
  await hint.getByRole("button", { name: "Got it" }).click();
  await expect(hint).toHaveCount(0);
  await editor.export(HANDLER, "http-log").click();
  await expect(hint).toContainText("A link gives the importer an instance");
  await hint.getByRole("button", { name: "Got it" }).click();
  await page.keyboard.press("Escape");
  await openEditor(page);
  await editor.add("http-log");
  await editor.export(HANDLER, "http-log").click();
  await expect(page.getByText("Checking…")).toHaveCount(0);
  await expect(hint).toHaveCount(0);
});

test("a sample runs after two clicks", async ({ page }) => {
  const editor = await openEditor(page);
  await page.getByRole("link", { name: /^Guarded hello/ }).first().click();
  await page.locator("body[data-hydrated]").waitFor();
  await editor.command("Run preview").click();
  await expect(editor.preview).toContainText("Running");
  await editor.command("Stop preview").click();
});

test("versions that meet at a link are shown at its import", async ({ page }) => {
  const have = await fromWit(
    page,
    `package demo:clock@1.3.0;
     interface now { hour: func() -> u8; minute: func() -> u8; }
     world newer { export now; }`,
  );
  const want = await fromWit(
    page,
    `package demo:clock@1.2.0;
     interface now { hour: func() -> u8; }
     world older { import now; export run: func(); }`,
  );
  const editor = await openEditor(page);
  await editor.add(have);
  await editor.add(want);
  await editor.command("Connect all").click();
  const port = editor.import("demo:clock/now@1.2.0", want);
  await expect(port).toHaveAttribute("data-remark", "true");
  await expect(port).toHaveAttribute("title", /1\.3\.0/);
});

test("open imports that become one import of the result say so, each at its port", async ({ page }) => {
  const world = (version: string, functions: string, does: string) =>
    `package demo:of-${does}; world ${does}s { import demo:clock/now@${version}; export ${does}: func(); }
     package demo:clock@${version} { interface now { ${functions} } }`;
  const older = await fromWit(page, world("1.2.0", "hour: func() -> u8;", "tick"));
  const newer = await fromWit(page, world("1.3.0", "hour: func() -> u8; minute: func() -> u8;", "tock"));
  const editor = await openEditor(page);
  await editor.add(older);
  await editor.add(newer);
  const ports = [editor.import("demo:clock/now@1.2.0", older), editor.import("demo:clock/now@1.3.0", newer)];
  for (const port of ports) {
    await expect(port).toHaveAttribute("data-remark", "true");
    await expect(port).toHaveAttribute("title", /imported by the result\n.*1\.3\.0/);
  }
  // Alone, there is nothing to merge.
  await editor.node(newer).focus();
  await page.keyboard.press("Delete");
  await expect(ports[0]!).not.toHaveAttribute("data-remark", "true");
});

test("a long source with mistakes is mended as well", async ({ page, complaints }) => {
  const editor = await openEditor(page);
  const remarks = "// Much is said of it: höchst ausführlich.\n".repeat(5000);
  const buffer = Buffer.from(`${remarks}package demo:front; let hello = new patchbay:http-helo { ... }; export hello...;`);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.locator("dialog input[type=file]").setInputFiles({ name: "front.wac", mimeType: "text/plain", buffer });
  const dialog = page.getByRole("dialog", { name: "Mend front.wac" });
  await dialog.getByRole("button", { name: /http-hello.* and open/ }).click();
  await expect(editor.node("hello")).toBeVisible();
  complaints.splice(0);
});

test("the result is checked against a world of one's own", async ({ page }) => {
  await openEditor(page, "/?sample=guarded-hello");
  await page.getByRole("tab", { name: "Output" }).click();
  const output = page.getByRole("region", { name: "Output" });
  await output.getByText("Check against a world of your own").click();
  const check = async (wit: string) => {
    await output.getByRole("textbox", { name: /A world in WIT/ }).fill(wit);
    await output.getByRole("button", { name: "Check against it" }).click();
  };
  await check("package my:host; world edge { export handle: func(); }");
  await expect(output.getByRole("row", { name: /edge/ })).toContainText("wasi:http/types@0.2.12");
  await expect(output.getByRole("row", { name: /wasi:http\/proxy/ })).toHaveCount(0);
  await check("package my:host; world nothing { export run: func(); }");
  await expect(output.getByRole("row", { name: /nothing/ })).toContainText("Does not fit");
  // A file's text goes into the field, chosen or dropped there.
  const field = output.getByRole("textbox", { name: /A world in WIT/ });
  const chosen = "package my:host; world chosen { export run: func(); }";
  const choose = output.getByLabel(/From a file/);
  await choose.setInputFiles({ name: "chosen.wit", mimeType: "text/plain", buffer: Buffer.from(chosen) });
  await expect(field).toHaveValue(chosen);
  await output.getByRole("button", { name: "Check against it" }).click();
  await expect(output.getByRole("row", { name: /chosen/ })).toContainText("Does not fit");
  const dropped = `package my:host; world dropped { export run: func(); }\n${"// Much is said of it.\n".repeat(5000)}`;
  const transfer = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "dropped.wit"));
    return transfer;
  }, dropped);
  await field.dispatchEvent("dragenter", { dataTransfer: transfer });
  await field.dispatchEvent("drop", { dataTransfer: transfer });
  await expect(field).toHaveValue(dropped);
  await output.getByRole("button", { name: "Check against it" }).click();
  await expect(output.getByRole("row", { name: /dropped/ })).toContainText("Does not fit");
  await check("world {");
  await expect(output.getByRole("alert")).toBeVisible();
  await output.getByRole("button", { name: "Show the known environments" }).click();
  await expect(output.getByRole("row", { name: /wasi:http\/proxy/ }).first()).toBeVisible();
});

test("the source says which packages it speaks of", async ({ page }) => {
  await openEditor(page, "/?sample=guarded-hello");
  await page.getByRole("tab", { name: "Output" }).click();
  const output = page.getByRole("region", { name: "Output" });
  await output.getByRole("button", { name: "WAC", exact: true }).click();
  await output.getByText("The packages that it speaks of").click();
  await expect(output.getByRole("listitem").filter({ hasText: "patchbay:http-hello" })).toBeVisible();
});
