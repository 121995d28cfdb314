// Requirements 26 to 43: ports and links. What does not fit, and cycles, are in canvas.spec.ts too.

import { boxOf, centre, expect, fromWit, grip, HANDLER, KEY_VALUE, openEditor, test } from "../editor.ts";

const SAMPLE = "/?sample=guarded-hello";

/** http-hello, http-auth and http-log beside one another, unlinked and checked. */
async function three(page: Parameters<typeof openEditor>[0]) {
  const editor = await openEditor(page, SAMPLE);
  for (const [from, to] of [["hello", "auth"], ["auth", "log"]] as const) {
    await editor.link(HANDLER, from, to).focus();
    await page.keyboard.press("Delete");
  }
  await expect(page.getByLabel(/ to (auth|log)\./)).toHaveCount(0);
  await editor.saved();
  return editor;
}

test("26 a link starts from an export or an import, and its draft follows the pointer", async ({ page }) => {
  const editor = await three(page);
  for (const port of [editor.export(HANDLER, "hello"), editor.import(HANDLER, "auth")]) {
    const from = await centre(port);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, from.y + 140, { steps: 3 });
    const draft = await boxOf(page.locator(".draft[data-state=loose]"));
    expect(Math.abs(draft.y + draft.height - (from.y + 140))).toBeLessThanOrEqual(3);
    await page.keyboard.press("Escape");
    await page.mouse.up();
  }
});

test("27 every port says whether it fits, and those that do not step back", async ({ page }) => {
  const editor = await three(page);
  await editor.export(HANDLER, "hello").click();
  for (const name of ["auth", "log"]) await expect(editor.import(HANDLER, name)).toHaveAttribute("data-compat", "yes");
  const wrong = editor.export(HANDLER, "log");
  await expect(wrong).toHaveAttribute("data-compat", "no");
  await page.mouse.move(2, 2);
  expect(Number(await wrong.evaluate((e) => getComputedStyle(e).opacity))).toBeLessThanOrEqual(0.4);
});

test("28 the draft holds on to a fitting port within 20 pixels; 30 dropping there makes one link", async ({ page }) => {
  const editor = await three(page);
  const [from, to] = [await centre(editor.export(HANDLER, "hello")), await boxOf(editor.import(HANDLER, "auth").locator(".glyph"))];
  const target = { x: to.x + to.width / 2, y: to.y + to.height / 2 };
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(target.x - 60, target.y, { steps: 4 });
  await expect(page.locator(".draft[data-state=loose]")).toBeAttached();
  await page.mouse.move(target.x - 17, target.y);
  await expect(page.locator(".draft[data-state=fits]")).toBeAttached();
  await page.mouse.up();
  await expect(editor.link(HANDLER, "hello", "auth")).toHaveCount(1);
  // Again is nothing new.
  const undo = await editor.command("Undo").getAttribute("title");
  await editor.drag(editor.export(HANDLER, "hello"), editor.import(HANDLER, "auth"));
  await expect(page.getByLabel(/^hello\..* to auth\./)).toHaveCount(1);
  await expect(editor.command("Undo")).toHaveAttribute("title", undo!);
});

test("30 and 31 an export fans out; an import has one link, and a second replaces it in one step", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.drag(editor.export(HANDLER, "hello"), editor.import(HANDLER, "log"));
  await expect(editor.link(HANDLER, "hello", "log")).toBeAttached();
  await expect(editor.link(HANDLER, "hello", "auth")).toBeAttached();
  await expect(editor.link(HANDLER, "auth", "log")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(editor.link(HANDLER, "auth", "log")).toBeAttached();
  await expect(editor.link(HANDLER, "hello", "log")).toHaveCount(0);
});

test("29 and 37 a port that does not fit says why in words, a cycle with its path", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.startDrag(editor.export(HANDLER, "log"), editor.import(HANDLER, "auth"));
  await expect(page.getByRole("tooltip")).toContainText("auth → log → auth");
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(page.getByRole("tooltip")).toHaveCount(0);
});

test("32 dropped on a node, a link goes to its only fitting port, or asks which", async ({ page }) => {
  const editor = await three(page);
  const from = await centre(editor.export(HANDLER, "hello"));
  const drop = async (name: string) => {
    const at = await grip(editor.node(name));
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 30, at.y, { steps: 5 });
    await page.mouse.up();
  };
  await drop("auth");
  await expect(editor.link(HANDLER, "hello", "auth")).toBeAttached();
});

test("32 a node with several fitting ports lists them, and Escape leaves nothing behind", async ({ page }) => {
  const have = await fromWit(page, "package demo:gives; world gives { export count: func() -> u32; }");
  const want = await fromWit(
    page,
    "package demo:takes; world takes { import first: func() -> u32; import second: func() -> u32; import name: func() -> string; }",
  );
  const editor = await openEditor(page);
  await editor.add(have);
  await editor.add(want);
  await editor.tidy();
  await editor.saved();
  const drop = async () => {
    const [from, at] = [await centre(editor.export("count", have)), await grip(editor.node(want))];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(at.x, at.y, { steps: 5 });
    await page.mouse.up();
  };
  const choices = page.getByRole("menuitem");
  await drop();
  await expect(choices).toHaveText([`import first of ${want}`, `import second of ${want}`]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(page.getByLabel(`to ${want}.`)).toHaveCount(0);
  await drop();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel(`${have}.count to ${want}.second`)).toBeAttached();
  await expect(page.getByLabel(`to ${want}.first`)).toHaveCount(0);
});

test("33 dropped on the pane, a link asks for what fits, and both come in one step", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=counter");
  const pane = await boxOf(editor.canvas);
  const count = await editor.nodes.count();
  await editor.canvas.focus();
  await editor.command("Zoom out").click();
  const port = page.getByRole("button", { name: new RegExp(`^export ${HANDLER}`) }).first();
  const dropOut = async () => {
    const from = await centre(port);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(pane.x + pane.width - 380, pane.y + 60, { steps: 5 });
    await page.mouse.up();
  };
  await dropOut();
  const field = page.getByRole("combobox", { name: "Add a component that fits" });
  await expect(field).toBeFocused();
  await expect(page.getByRole("option", { name: "http-auth" })).toBeVisible();
  await expect(page.getByRole("option", { name: "key-value-store" })).toHaveCount(0);
  await expect(page.getByRole("option", { name: "Expose as export" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor.nodes).toHaveCount(count);
  await dropOut();
  await field.fill("auth");
  await page.keyboard.press("Enter");
  await expect(editor.nodes).toHaveCount(count + 1);
  await expect(page.getByLabel(/ to http-auth\./)).toBeAttached();
  await page.keyboard.press("Control+z");
  await expect(editor.nodes).toHaveCount(count);
});

test("34 an end of a link moves to another port, off it, or back", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const link = editor.link(HANDLER, "hello", "auth");
  const near = async () => {
    const to = await boxOf(editor.import(HANDLER, "auth").locator(".glyph"));
    return { x: to.x - 8, y: to.y + to.height / 2 };
  };
  const take = async (x: number, y: number) => {
    const at = await near();
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x - 15, at.y + 15, { steps: 2 });
    await page.mouse.move(x, y, { steps: 5 });
  };
  const other = await centre(editor.import(HANDLER, "log"));
  await take(other.x, other.y);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(link).toBeAttached();
  await take(other.x, other.y);
  await page.mouse.up();
  await expect(editor.link(HANDLER, "hello", "log")).toBeAttached();
  await expect(link).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(link).toBeAttached();
  const pane = await boxOf(editor.canvas);
  await take(pane.x + pane.width / 2, pane.y + 20);
  await page.mouse.up();
  await expect(link).toHaveCount(0);
  await expect(page.getByRole("combobox")).toHaveCount(0);
});

test("35 two clicks connect, Escape and the pane cancel", async ({ page }) => {
  const editor = await three(page);
  const [from, to] = [editor.export(HANDLER, "hello"), editor.import(HANDLER, "auth")];
  const pane = await boxOf(editor.canvas);
  await from.click();
  await expect(from).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Escape");
  await expect(from).not.toHaveAttribute("aria-pressed", "true");
  await from.click();
  await page.mouse.click(pane.x + pane.width / 2, pane.y + 20);
  await expect(from).not.toHaveAttribute("aria-pressed", "true");
  await from.click();
  await to.click();
  await expect(editor.link(HANDLER, "hello", "auth")).toBeAttached();
});

test("35 the port that a link begins at is pressed at once, however many others wait to be marked", async ({
  page,
  request,
}) => {
  const components: { package: string; digest: string }[] = await (await request.get("/api/v1/components")).json();
  const { package: of, digest } = components.find((it) => it.package.endsWith(":http-log"))!;
  const nodes = Array.from({ length: 150 }, (_, n) => ({
    id: `n${n}`,
    name: `log-${n}`,
    component: { package: of, digest },
    position: { x: 320 * (n % 15), y: 240 * Math.floor(n / 15) },
  }));
  const graph = { patchbay: 1, name: "Many", nodes };
  const { id } = await (await request.post("/api/v1/graphs", { data: graph })).json();
  const editor = await openEditor(page, `/g/${id}`);
  // Nothing that waits for a frame is done, so that what is done at once can be told from it.
  await page.evaluate(() => {
    window.requestAnimationFrame = () => 0;
  });
  for (const name of ["log-0", "log-149"]) {
    const port = editor.export(HANDLER, name);
    await port.dispatchEvent("click");
    await expect(port).toHaveAttribute("aria-pressed", "true");
    await port.dispatchEvent("click");
    await expect(port).not.toHaveAttribute("aria-pressed", "true");
  }
});

test("36 keys connect: Enter starts, arrows go through what fits, Enter ends, each step said", async ({ page }) => {
  const editor = await three(page);
  const said = page.locator("[aria-live=polite]");
  await editor.export(HANDLER, "hello").focus();
  await page.keyboard.press("Enter");
  await expect(said).toContainText("2 ports fit");
  await page.keyboard.press("ArrowRight");
  await expect(said).toContainText("1 of 2");
  await page.keyboard.press("ArrowRight");
  await expect(said).toContainText("2 of 2");
  const name = await page.evaluate(() => document.activeElement!.getAttribute("aria-label")!);
  await page.keyboard.press("Enter");
  const to = name.split(" of ").pop()!;
  await expect(editor.link(HANDLER, "hello", to)).toBeAttached();
  await expect(said).toContainText("Connected");
});

test("38 a link is hit within 10 pixels at any zoom, and has a button that removes it", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const link = editor.link(HANDLER, "hello", "auth");
  await editor.canvas.focus();
  for (let press = 0; press < 4; press++) await page.keyboard.press("-");
  const whereIs = () =>
    link.locator("path").first().evaluate((path: SVGPathElement) => {
      const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!);
      return { x, y };
    });
  const hit = ({ x, y }: { x: number; y: number }) =>
    page.evaluate(([x, y]) => document.elementFromPoint(x!, y!)?.closest("[aria-label]")?.getAttribute("aria-label"), [x, y]);
  // The canvas is drawn once in a frame, so that the last step of the zoom may still be to come.
  await expect(async () => {
    const { x, y } = await whereIs();
    for (const dy of [-8, 0, 8]) expect(await hit({ x, y: y + dy })).toContain(" to auth.");
  }).toPass({ timeout: 5_000 });
  const middle = await whereIs();
  await page.mouse.move(middle.x, middle.y);
  const cut = page.getByRole("button", { name: `Remove hello.${HANDLER} to auth.${HANDLER}` });
  await expect(cut).toBeVisible();
  await cut.focus();
  await expect(cut).toBeFocused();
  await cut.click();
  await expect(link).toHaveCount(0);
});

test("39 every link has its name and an arrowhead", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  for (const [from, to] of [["hello", "auth"], ["auth", "log"]] as const) {
    await expect(editor.link(HANDLER, from, to)).toBeAttached();
    await expect(editor.link(HANDLER, from, to).locator(".link-head")).toHaveAttribute("d", /z$/);
  }
});

test("40 the links of the port that is pointed at stand out, and nothing moves", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const before = await boxOf(editor.node("log"));
  const [mine, other] = [editor.link(HANDLER, "hello", "auth"), editor.link(HANDLER, "auth", "log")];
  await editor.export(HANDLER, "hello").hover();
  const opacity = (link: typeof mine) => link.evaluate((e) => Number(getComputedStyle(e).opacity));
  await expect.poll(() => opacity(other)).toBeLessThan(0.5);
  expect(await opacity(mine)).toBe(1);
  expect(await boxOf(editor.node("log"))).toEqual(before);
});

test("42 open imports look open and are listed; those of every host are folded away", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.link(HANDLER, "hello", "auth").focus();
  await page.keyboard.press("Delete");
  await expect(editor.import(HANDLER, "auth")).toHaveAttribute("title", /imported by the result/);
  await expect(editor.import(HANDLER, "auth")).not.toHaveAttribute("data-linked", "true");
  await expect(editor.result.getByRole("listitem").filter({ hasText: "for auth" })).toContainText(HANDLER);
  await expect(editor.result.getByText(/standard WASI import/)).toBeVisible();
  await expect(page.getByText(/^\+\d+ host imports?$/).first()).toBeVisible();
});

test("43 folded ports open, and a link to one keeps it in sight", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=counter");
  const node = editor.nodes.filter({ hasText: "host import" }).first();
  const name = (await node.getAttribute("aria-label"))!;
  const before = await node.getByRole("button").count();
  await node.focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Show host imports" }).click();
  expect(await editor.node(name).getByRole("button").count()).toBeGreaterThan(before);
  await expect(page.getByLabel(new RegExp(`\\.${KEY_VALUE} to `))).toBeAttached();
});
