// Requirements 9 to 15: getting nodes onto the canvas. Files are in components.spec.ts.

import { boxOf, component, expect, file, HANDLER, openEditor, test } from "../editor.ts";

test("10 a click on the palette adds in the middle of what is in sight", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.add("http-hello");
  const [pane, node] = [await boxOf(editor.canvas), await boxOf(editor.nodes)];
  expect(Math.abs(node.x + node.width / 2 - pane.x - pane.width / 2)).toBeLessThanOrEqual(16);
  expect(Math.abs(node.y + node.height / 2 - pane.y - pane.height / 2)).toBeLessThanOrEqual(16);
});

test("13 a file over the window shows where to drop it, and one that is too large is refused in words", async ({ page, complaints }) => {
  const editor = await openEditor(page);
  const data = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(80 * 2 ** 20)], "huge.wasm"));
    return data;
  });
  const { x, y } = await boxOf(editor.canvas);
  const at = { dataTransfer: data, clientX: x + 200, clientY: y + 150 };
  await editor.canvas.dispatchEvent("dragenter", at);
  await expect(page.getByText("Drop components here")).toBeVisible();
  await editor.canvas.dispatchEvent("drop", at);
  await expect(page.getByRole("alert").filter({ hasText: /huge.wasm.*large|large.*huge.wasm/ })).toBeVisible();
  await expect(page.getByText("Drop components here")).toBeHidden();
  await expect(editor.nodes).toHaveCount(0);
  complaints.splice(0);
});

test("13 an upload shows how far it has come", async ({ page, context }) => {
  const editor = await openEditor(page);
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  const network = { offline: false, latency: 0, downloadThroughput: -1 };
  await client.send("Network.emulateNetworkConditions", { ...network, uploadThroughput: 200_000 });
  await editor.upload(file("slow.wasm", Buffer.concat([component("patchbay/http-hello"), padding(600_000)])));
  const bar = page.getByRole("progressbar", { name: "Uploading slow.wasm" });
  await expect(bar).toBeVisible();
  const come = async () => Number((await bar.getAttribute("aria-valuenow")) ?? 100);
  await expect.poll(come).toBeGreaterThan(5);
  expect(await come()).toBeLessThanOrEqual(100);
  await client.send("Network.emulateNetworkConditions", { ...network, uploadThroughput: -1 });
  await expect(bar).toHaveCount(0, { timeout: 30_000 });
  await expect(editor.palette.getByRole("button", { name: "Add slow", exact: true })).toBeVisible();
});

/** A custom section of so many bytes that mean nothing. */
function padding(size: number) {
  const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);
  const body = [1, 120, ...new Array(size).fill(7)];
  return Buffer.from([0, ...leb(body.length), ...body]);
}

test("14 the file input is reached by keys, and takes several files", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.command("Add component").focus();
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  expect((await chooser).isMultiple()).toBe(true);
});

test("11 quick-add opens by two clicks or Ctrl+K, and is worked by keys", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const pane = await boxOf(editor.canvas);
  const field = page.getByRole("combobox", { name: "Add a component" });
  await page.mouse.dblclick(pane.x + pane.width / 2, pane.y + 20);
  await expect(field).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(field).toHaveCount(0);
  await expect(editor.canvas).toBeFocused();

  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  const options = page.getByRole("listbox", { name: "Components" }).getByRole("option");
  const active = async () => page.locator(`[id="${await field.getAttribute("aria-activedescendant")}"]`);
  await expect(await active()).toHaveAttribute("aria-selected", "true");
  const first = await (await active()).getAttribute("aria-label");
  await page.keyboard.press("ArrowDown");
  await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(editor.nodes).toHaveCount(4);
  await expect(editor.node(first!)).toBeFocused();
});

test("12 scattered letters find providers first, and are marked", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.canvas.focus();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Add a component" }).fill("htph");
  const first = page.getByRole("option").first();
  await expect.poll(async () => (await first.locator("mark").allTextContents()).join("")).toBe("htph");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: new RegExp(`^export ${HANDLER}`) })).toHaveCount(1);
});

test("15 a new node is selected, focused and announced, and named by F2 or two clicks", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.add("http-hello");
  await editor.add("http-hello");
  const node = editor.node("http-hello-2");
  await expect(node).toBeFocused();
  await expect(node).toHaveAttribute("data-selected", "true");
  await expect(page.locator("[aria-live=polite]")).toHaveText("Added http-hello-2");
  await page.keyboard.press("F2");
  const name = page.getByRole("textbox", { name: "Name of http-hello-2" });
  await name.fill("http-hello");
  await name.press("Enter");
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert").filter({ hasText: "another node" })).toBeVisible();
  await name.press("Escape");
  await expect(node).toBeFocused();
  const { x, y } = await boxOf(node);
  await page.mouse.dblclick(x + 40, y + 12);
  await expect(name).toBeFocused();
});
