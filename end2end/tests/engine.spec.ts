// What the engine can, as gestures on the canvas: adapters, stubs, splicing, replacing, taking apart, choices.

import { component, expect, file, fromWit, HANDLER, KEY_VALUE, openEditor, test, type Editor } from "./editor.ts";

/** The bytes of a component with a note at their end: what another build of it would be. */
function build(name: string, note: string) {
  const section = Buffer.concat([Buffer.from([note.length]), Buffer.from(note)]);
  return Buffer.concat([component(name), Buffer.from([0, section.length]), section]);
}

/** The middle of a link, in the window. */
async function middle(editor: Editor, port: string, from: string, to: string) {
  const box = (await editor.link(port, from, to).locator(".link-line").boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test("ports that differ in shape are linked by an adapter, at the press of a button", async ({ page }) => {
  const have = await fromWit(
    page,
    `package demo:have;
     interface store { fetch: func(key: string) -> option<string>; }
     world have { export store; export count: func() -> u32; }`,
  );
  const want = await fromWit(
    page,
    `package demo:want;
     interface store { get: func(key: string) -> option<string>; count: func() -> u32; }
     world want { import store; export run: func() -> u32; }`,
  );
  const editor = await openEditor(page);
  await editor.add(have);
  await editor.add(want);
  await editor.tidy();
  await editor.drag(editor.export("demo:have/store", have), editor.import("demo:want/store", want));
  const alert = page.getByRole("alert");
  await alert.getByRole("button", { name: "Adapt" }).click();
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.nodes.filter({ hasText: /^adapter/ })).toHaveCount(1);
  await expect(page.getByRole("img", { name: `to ${want}.demo:want/store` })).toBeAttached();
  await expect(page.getByRole("img", { name: new RegExp(`^${have}\\.`) })).toHaveCount(2);
  // Plain to see, here and in the source.
  await expect(editor.nodes.filter({ hasText: /^adapter/ }).getByText("adapter", { exact: true })).toBeVisible();
  await page.getByRole("tab", { name: "Output" }).click();
  await page.getByRole("button", { name: "WAC", exact: true }).click();
  await expect(page.getByLabel("WAC", { exact: true })).toContainText("new patchbay:adapter-store");
  await editor.command("Undo").click();
  await expect(editor.nodes).toHaveCount(2);
});

test("what cannot be adapted says why", async ({ page, complaints }) => {
  const editor = await openEditor(page);
  await editor.add("http-hello");
  await editor.add("visit-counter");
  await editor.tidy();
  await editor.drag(editor.export(HANDLER, "http-hello"), editor.import(KEY_VALUE, "visit-counter"));
  await page.getByRole("alert").getByRole("button", { name: "Adapt" }).click();
  await expect(page.getByRole("alert")).toContainText(/.+\./);
  await expect(editor.nodes).toHaveCount(2);
  // The refusal of the server, which the browser logs.
  await expect.poll(() => complaints.splice(0).length).toBe(1);
});

test("an open import is filled with a stub from its menu, by keyboard", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.add("visit-counter");
  const port = editor.import(KEY_VALUE, "visit-counter");
  for (const words of ["Fill with a stub that traps", "Fill with a stub of default values"]) {
    await port.focus();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: words }).click();
    await expect(editor.nodes).toHaveCount(2);
    await expect(editor.nodes.filter({ hasText: /^stub-store/ }).getByText("stub", { exact: true })).toBeVisible();
    await expect(page.getByRole("img", { name: `to visit-counter.${KEY_VALUE}` })).toBeAttached();
    await editor.command("Undo").click();
    await expect(editor.nodes).toHaveCount(1);
  }
});

test("41 a component dropped on a link goes into it", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const lit = page.locator(".link-lit[d]");
  const at = await middle(editor, HANDLER, "auth", "log");
  await editor.startDrag(editor.palette.getByRole("button", { name: "Add http-auth", exact: true }), editor.canvas);
  await page.mouse.move(at.x, at.y, { steps: 3 });
  await expect(lit).toHaveCount(1);
  await page.mouse.up();
  await expect(editor.link(HANDLER, "auth", "http-auth")).toBeAttached();
  await expect(editor.link(HANDLER, "http-auth", "log")).toBeAttached();
  await expect(editor.link(HANDLER, "auth", "log")).toHaveCount(0);
  await expect(lit).toHaveCount(0);
  await editor.command("Undo").click();
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();
  await expect(editor.nodes).toHaveCount(3);
});

test("41 a node dragged onto a link goes into it, and its menu does the same", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.add("http-auth");
  await editor.command("Fit view").click();
  // The check of the new node must have come.
  await expect(page.getByText("Checking…")).toHaveCount(0);
  const at = await middle(editor, HANDLER, "auth", "log");
  const box = (await editor.node("http-auth").boundingBox())!;
  await page.mouse.move(box.x + 50, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 20);
  await page.mouse.move(at.x, at.y, { steps: 6 });
  await expect(page.locator(".link-lit[d]")).toHaveCount(1);
  await page.mouse.up();
  await expect(editor.link(HANDLER, "http-auth", "log")).toBeAttached();
  await editor.command("Undo").click();
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();

  await editor.node("http-auth").focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: `Put into hello.${HANDLER} to auth.${HANDLER}` }).click();
  await expect(editor.link(HANDLER, "hello", "http-auth")).toBeAttached();
  await expect(editor.link(HANDLER, "http-auth", "auth")).toBeAttached();
});

test("a node's component is replaced in place, and what breaks is told", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const replace = async (component: RegExp) => {
    await editor.node("auth").focus();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Replace by…" }).click();
    await page.getByRole("dialog", { name: "Replace auth by" }).getByRole("button", { name: component }).click();
  };
  await replace(/^http-log/);
  await expect(editor.node("auth")).toContainText("http-log");
  await expect(editor.link(HANDLER, "hello", "auth")).toBeAttached();
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();

  await replace(/^http-hello/);
  const alert = page.getByRole("alert").filter({ hasText: "Not everything that was linked fits any more" });
  await alert.getByText("Details", { exact: true }).click();
  await expect(alert).toContainText(HANDLER);
  await expect(editor.link(HANDLER, "hello", "auth")).toHaveCount(0);
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();
});

test("a newer build that is uploaded offers to take the place of the older one", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.upload(file("fresh.wasm", build("patchbay/http-log", "first")));
  await editor.add("fresh");
  await editor.rename("fresh", "last");
  await editor.upload(file("fresh.wasm", build("patchbay/http-log", "second")));
  const offer = page.getByRole("status").filter({ hasText: "It can take the place of last" });
  await offer.getByRole("button", { name: "Replace" }).click();
  await expect(editor.command("Undo")).toHaveAttribute("title", /replace last/);
});

test("a composed component opens as the graph that it was made from", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const { bytes } = await editor.download();
  await openEditor(page);
  await editor.command("Open").click();
  const chooser = page.waitForEvent("filechooser");
  await editor.command("Open file").click();
  await (await chooser).setFiles(file("guarded.wasm", bytes));
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();

  // One that is a node already opens from its menu.
  await openEditor(page);
  await editor.upload(file("guarded.wasm", bytes));
  await editor.add("guarded");
  await editor.node("guarded").focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Open as a graph" }).click();
  await expect(editor.nodes).toHaveCount(3);
});

test("connecting all asks where several components fit", async ({ page }) => {
  const editor = await openEditor(page);
  for (const name of ["http-hello", "http-hello", "http-log"]) await editor.add(name);
  await editor.tidy();
  await editor.command("Connect all").click();
  const dialog = page.getByRole("dialog", { name: "Connect all" });
  await expect(dialog.getByRole("heading", { name: `What fills ${HANDLER} of http-log?` })).toBeVisible();
  await dialog.getByRole("button", { name: `${HANDLER} of http-hello-2` }).click();
  await expect(dialog).toContainText("Everything is connected");
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(editor.link(HANDLER, "http-hello-2", "http-log")).toBeAttached();
});

test("a stub answers what it is told to, and says what does not fit", async ({ page, complaints }) => {
  const want = await fromWit(
    page,
    `package demo:asks;
     interface clock { hour: func() -> u8; zone: func() -> string; }
     world asks { import clock; export run: func() -> u8; }`,
  );
  const editor = await openEditor(page);
  await editor.add(want);
  await editor.import("demo:asks/clock", want).focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Fill with a stub of given values…" }).click();
  const dialog = page.getByRole("dialog", { name: "A stub for demo:asks/clock" });
  await expect(dialog.getByLabel("demo:asks/clock", { exact: true })).toContainText("hour: func() -> u8");
  await dialog.getByRole("textbox", { name: "hour" }).fill("300");
  await dialog.getByRole("button", { name: "Make the stub" }).click();
  await expect(page.getByRole("alert")).toContainText("clock.hour");
  expect(complaints.splice(0)).toHaveLength(1);
  await expect(editor.nodes).toHaveCount(1);

  await editor.import("demo:asks/clock", want).focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Fill with a stub of given values…" }).click();
  await dialog.getByRole("textbox", { name: "hour" }).fill("9");
  await dialog.getByRole("button", { name: "Make the stub" }).click();
  await expect(editor.nodes).toHaveCount(2);
  await expect(page.getByRole("img", { name: `to ${want}.demo:asks/clock` })).toBeAttached();
});

test("an import dropped on the empty canvas is offered stubs", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.add("visit-counter");
  const port = editor.import(KEY_VALUE, "visit-counter");
  const box = (await port.locator(".glyph").boundingBox())!;
  await page.mouse.move(box.x + 14, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x - 120, box.y + 120, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("combobox").fill("stub of default");
  await page.keyboard.press("Enter");
  await expect(editor.nodes).toHaveCount(2);
  await expect(page.getByRole("img", { name: `to visit-counter.${KEY_VALUE}` })).toBeAttached();
});

test("several nodes become one component, which opens as them", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.node("hello").click({ position: { x: 60, y: 12 } });
  await editor.node("auth").click({ position: { x: 60, y: 12 }, modifiers: ["Control"] });
  await page.getByRole("button", { name: "Make one component of them" }).click();
  const dialog = page.getByRole("dialog", { name: "One component of several" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("front");
  await dialog.getByRole("button", { name: "Make one component" }).click();
  await expect(editor.nodes).toHaveCount(2);
  await expect(editor.link(HANDLER, "front", "log")).toBeAttached();
  await expect(editor.palette.getByRole("button", { name: "Add front" })).toBeVisible();
  await editor.command("Run preview").click();
  await editor.send({ headers: "authorization: Bearer patchbay" });
  await expect(editor.response).toContainText("Hello from Patchbay!");
  await editor.command("Stop preview").click();
  await editor.command("Undo").click();
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();
  await editor.command("Redo").click();

  await editor.node("front").focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Open as a graph" }).click();
  await expect(editor.link(HANDLER, "hello", "auth")).toBeAttached();
  await expect(editor.nodes).toHaveCount(2);
});

test("a group expands in place and collapses again, by keys alone, and every step can be undone", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const places = async () =>
    Promise.all(["hello", "auth", "log"].map((name) => editor.node(name).evaluate((it: HTMLElement) => it.style.transform)));
  const before = await places();
  await editor.node("hello").focus();
  await page.keyboard.press("Control+a");
  const collapse = async () => {
    await page.getByRole("button", { name: "Make one component of them" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "One component of several" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("whole");
    await dialog.getByRole("button", { name: "Make one component" }).press("Enter");
    await expect(editor.nodes).toHaveCount(1);
  };
  await collapse();
  const expand = page.getByRole("region", { name: "Node" }).getByRole("button", { name: "Expand in place" });
  await expand.press("Enter");
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.link(HANDLER, "hello", "auth")).toBeAttached();
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();
  await expect(editor.command("Download")).toBeEnabled();
  expect(await places()).toEqual(before);

  // All that came out is selected, so that it goes back at once.
  await collapse();
  await editor.node("whole").focus();
  await page.keyboard.press("Control+z");
  await expect(editor.nodes).toHaveCount(3);
  await page.keyboard.press("Control+z");
  await expect(editor.nodes).toHaveCount(1);
  await page.keyboard.press("Control+Shift+z");
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();

  // The menu of what is made of others offers it too, that of what is not does not.
  const inMenu = page.getByRole("menuitem", { name: "Expand in place" });
  await editor.node("auth").focus();
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: "Open as a graph" })).toBeVisible();
  await expect(inMenu).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await collapse();
  await editor.node("whole").focus();
  await page.keyboard.press("Shift+F10");
  await inMenu.press("Enter");
  await expect(editor.nodes).toHaveCount(3);
});

test("nodes are put in a row, in an order of choice", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  for (const name of ["http-auth", "http-log"]) await editor.add(name);
  await editor.tidy();
  await editor.node("http-auth").focus();
  await editor.node("http-log").click({ position: { x: 60, y: 12 }, modifiers: ["Control"] });
  await page.getByRole("button", { name: "Put them in a row" }).click();
  const dialog = page.getByRole("dialog", { name: "Put in a row" });
  const order = async () => (await dialog.getByRole("listitem").allTextContents()).filter((text) => text.includes("Move"));
  await expect(dialog.getByRole("button", { name: /→ log/ })).toBeVisible();
  // By keys: the focus stays on the button that was pressed.
  const earlier = dialog.getByRole("button", { name: "Move http-log earlier" });
  const later = dialog.getByRole("button", { name: "Move http-log later" });
  for (const [button, place] of [[earlier, 0], [later, 1], [earlier, 0]] as const) {
    await button.focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await order())[place]).toContain("http-log");
    await expect(button).toBeFocused();
  }
  await dialog.getByRole("button", { name: "http-log → http-auth → log" }).click();
  await expect(dialog).toHaveCount(0);
  for (const [from, to] of [["auth", "http-log"], ["http-log", "http-auth"], ["http-auth", "log"]] as const) {
    await expect(editor.link(HANDLER, from, to)).toBeAttached();
  }
  await expect(editor.link(HANDLER, "auth", "log")).toHaveCount(0);
  await editor.command("Undo").click();
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();
});

test("a world in a .wit file becomes a component to draw with, before there is code", async ({ page, complaints }) => {
  const editor = await openEditor(page);
  const world = `package demo:later;
    interface clock { hour: func() -> u8; }
    world later { export clock; }`;
  await editor.upload(file("later.wit", world));
  await editor.add("stub-later");
  await expect(editor.export("demo:later/clock", "stub-later")).toBeVisible();
  await editor.upload(file("broken.wit", "package demo:broken; world {"));
  await expect(page.getByRole("alert")).toContainText("broken.wit was not added");
  complaints.splice(0);
});
