// Uploading and inspecting components, and what is refused.

import { component, expect, file, HANDLER, openEditor, test } from "./editor.ts";

test("a component in text becomes a palette entry and a node with its ports", async ({ page }) => {
  const editor = await openEditor(page);
  const wat = `(component (import "f" (func $f (param "x" u32) (result string))) (export "g" (func $f)))`;
  await editor.upload(file("Echo Thing.wat", wat));
  await editor.add("echo-thing");
  await expect(editor.import("f", "echo-thing")).toBeVisible();
  await expect(editor.export("g", "echo-thing")).toBeVisible();
});

test("several files at once, and the same bytes twice, are one component each", async ({ page, request }) => {
  const editor = await openEditor(page);
  const text = (n: number) => `(component (import "only-${n}" (func)))`;
  await editor.upload(file("one.wat", text(1)), file("two.wat", text(2)), file("one-again.wat", text(1)));
  await expect(editor.palette.getByRole("button", { name: "Add one", exact: true })).toBeVisible();
  await expect(editor.palette.getByRole("button", { name: "Add two", exact: true })).toBeVisible();
  await expect(editor.palette.getByRole("button", { name: "Add one-again", exact: true })).toHaveCount(0);
  const known = (await (await request.get("/api/v1/components")).json()) as { package: string }[];
  expect(known.filter((c) => c.package === "local:one")).toHaveLength(1);
});

test("13 a file dropped on the window is uploaded and put where it fell", async ({ page }) => {
  const editor = await openEditor(page);
  const bytes = [...component("patchbay/http-hello")];
  const data = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "dropped.wasm"));
    return data;
  }, bytes);
  const { x, y } = (await editor.canvas.boundingBox())!;
  const at = { dataTransfer: data, clientX: x + 200, clientY: y + 150 };
  for (const event of ["dragenter", "dragover", "drop"]) await editor.canvas.dispatchEvent(event, at);
  await expect(editor.nodes).toHaveCount(1);
  const box = (await editor.nodes.first().boundingBox())!;
  expect([Math.abs(box.x - x - 200) <= 16, Math.abs(box.y - y - 150) <= 16]).toEqual([true, true]);
});

const hello = () => component("patchbay/http-hello");
const refusals: [string, () => string | Buffer, RegExp][] = [
  ["core.wasm", () => Buffer.from("0061736d01000000", "hex"), /core WebAssembly module/i],
  ["old.wasm", () => Buffer.from("0061736d0c000100", "hex"), /2023/],
  ["cut.wasm", () => hello().subarray(0, 4000), /truncated|cut off|incomplete|ends/i],
  ["garbage.wasm", () => "GIF89a", /not WebAssembly/i],
  ["empty.wasm", () => "", /empty/i],
];
for (const [name, content, answer] of refusals) {
  test(`13 ${name} is refused with what it is, and nothing is stored`, async ({ page, request, complaints }) => {
    const editor = await openEditor(page);
    const count = async () => ((await (await request.get("/api/v1/components")).json()) as unknown[]).length;
    const before = await count();
    await editor.upload(file(name, content()));
    await expect(page.getByRole("alert").filter({ hasText: answer })).toBeVisible();
    expect(await count()).toBe(before);
    await expect(editor.nodes).toHaveCount(0);
    // The browser itself logs the refused upload.
    expect(complaints.splice(0).every((line) => line.includes("422"))).toBe(true);
  });
}

test("the inspector shows a component's ports as WIT", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.node("auth").focus();
  await page.keyboard.press("Enter");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector).toContainText("patchbay:http-auth");
  await inspector.getByText(HANDLER).first().click();
  await expect(inspector.getByText(/handle: func\(request: /).first()).toBeVisible();
});
