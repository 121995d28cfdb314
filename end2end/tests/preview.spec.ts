// Guests that misbehave, and guests that try to look out of their origin.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { port } from "../server.ts";
import { boxOf, component, type Editor, expect, file, HANDLER, openEditor, test } from "./editor.ts";

async function runFixture(editor: Editor, name: string) {
  await editor.upload(file(`${name}.wasm`, component(`fixtures/${name}`)));
  await editor.add(name);
  await editor.page.getByRole("checkbox", { name: `Export ${HANDLER} of ${name}`, exact: true }).first().check();
  return editor.run();
}

test("55 a loop, a memory hog and a trap each end in a message, and others go on", async ({ page, context, request }) => {
  const editor = await openEditor(page);
  await runFixture(editor, "misbehaving");
  const other = await openEditor(await context.newPage(), "/?sample=guarded-hello");
  const hello = await other.run();
  await page.bringToFront();

  for (const [path, message] of [
    ["/loop", /time/i],
    ["/hog", /memory/i],
    ["/trap", /trap|unreachable/i],
  ] as const) {
    await editor.send({ path });
    await expect(editor.response.getByRole("alert")).toContainText(message, { timeout: 20_000 });
    const answer = await request.get(`http://127.0.0.1:${port}/`, {
      headers: { host: hello.host, authorization: "Bearer patchbay" },
    });
    expect(await answer.text()).toBe("Hello from Patchbay!\n");
  }
  await editor.send({ path: "/" });
  await expect(editor.response).toContainText("200");
});

test("55 a preview that no longer shows the graph says so", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  await editor.run();
  await editor.rename("log", "diary");
  await expect(editor.preview).toContainText(/has changed/i);
});

test("a graph that could be run is announced once it has been still, and anew when it has changed", async ({ page }) => {
  const announced = () => page.waitForRequest((request) => new URL(request.url()).pathname === "/api/v1/previews/ahead");
  const opened = announced();
  const editor = await openEditor(page, "/?sample=guarded-hello");
  expect((await (await opened).response())?.status()).toBe(202);
  const changed = announced();
  await editor.rename("log", "diary");
  expect((await changed).postDataJSON().nodes.map(({ name }: { name: string }) => name)).toContain("diary");
  await editor.run();
});

test("a traced preview counts the calls of each link on the canvas, and the download has nothing of it", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const before = await editor.download();
  await editor.run();
  const labels = page.getByRole("list", { name: "Calls of traced links" });
  await editor.command("Links").click();
  const trace = page.getByRole("switch", { name: "Trace links" });
  await expect(trace).not.toBeChecked();
  await expect(labels).toHaveCount(0);
  await trace.click();
  await expect(trace).toBeChecked({ timeout: 30_000 });
  await expect(editor.preview).toContainText(/interposers? adds? .* to what runs/);

  await editor.command("Request").click();
  await editor.send({ path: "/", headers: "authorization: Bearer patchbay" });
  await expect(editor.response).toContainText("200");
  const label = labels.getByRole("listitem").filter({ hasText: `auth.${HANDLER} to log.${HANDLER}` });
  await expect(label).toContainText("1 call, 0 errors, median");
  await expect(label).toHaveAttribute("title", /95 of 100 within/);

  const after = await editor.download();
  expect(after.bytes.equals(before.bytes)).toBe(true);

  // It is where its link is, and stays there when that moves.
  const above = async () => {
    const [own, line] = [await boxOf(label), await boxOf(editor.link(HANDLER, "auth", "log"))];
    const middle = line.x + line.width / 2;
    return own.x < middle && middle < own.x + own.width;
  };
  await expect.poll(above).toBe(true);
  await editor.node("log").focus();
  for (let n = 0; n < 5; n += 1) await page.keyboard.press("Shift+ArrowDown");
  await expect.poll(above).toBe(true);

  await editor.command("Links").click();
  await expect(editor.preview.getByRole("row", { name: /^auth\..* 1 0 / })).toBeVisible();
  await trace.click();
  await expect(trace).not.toBeChecked({ timeout: 30_000 });
  await expect(labels).toHaveCount(0);
});

test("a page served by a guest cannot read the editor, its API or its cookies", async ({ page, context, complaints }) => {
  const editor = await openEditor(page);
  await context.addCookies([{ name: "theme", value: "dark", url: `http://localhost:${port}` }]);
  const address = await runFixture(editor, "intruder");
  const visitor = await context.newPage();
  await visitor.goto(address.href);
  const loot = visitor.locator("#loot");
  await expect(loot).toHaveAttribute("data-done", "true", { timeout: 20_000 });
  const lines = (await loot.innerText()).split("\n").filter((line) => line.includes(":"));
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines) expect(line).toMatch(/: blocked/);

  // Nor by a request that a browser would mark as coming from elsewhere.
  const forged = await context.request.post(`http://localhost:${port}/api/v1/graphs`, {
    headers: { origin: address.origin, "sec-fetch-site": "cross-site", "content-type": "application/json" },
    data: { patchbay: 1, name: "forged" },
  });
  expect(forged.status()).toBe(403);
  complaints.splice(0);
});

test("the editor answers only at its own names", async ({ request }) => {
  const status = async (host: string) =>
    (await request.get(`http://127.0.0.1:${port}/`, { headers: { host } })).status();
  expect(await status(`localhost:${port}`)).toBe(200);
  expect(await status(`127.0.0.1:${port}`)).toBe(200);
  expect(await status("patchbay.example")).toBe(421);
  expect(await status(`nobody.localhost:${port}`)).toBe(404);
});

test("what one node may use, another may be refused, and is told so", async ({ page }) => {
  const editor = await openEditor(page);
  const asks = readFileSync(join(import.meta.dirname, "../../server/tests/fixtures/asks.wat"));
  await editor.upload(file("asks.wat", asks));
  await editor.add("asks");
  await page.getByRole("checkbox", { name: "Export test:asks/asks of asks", exact: true }).check();
  await editor.rename("asks", "stranger");
  await editor.add("asks");
  await editor.run();
  const view = (name: string) => page.getByRole("group", { name: "Views of the preview" }).getByRole("button", { name });
  await view("Grants").click();
  const may = (name: string) => page.getByRole("checkbox", { name: `${name} may use wasi:random/random@0.2.0`, exact: true });
  await expect(may("asks")).toBeChecked();
  await may("stranger").uncheck();
  await editor.command("Apply grants").click();
  await expect(editor.preview).toContainText("hold from the next request on");
  await expect(may("asks")).toBeChecked();
  await expect(may("stranger")).not.toBeChecked();

  await view("Call").click();
  await editor.preview.getByRole("button", { name: /#random$/ }).click();
  await page.getByRole("button", { name: "Call", exact: true }).last().click();
  const result = page.getByRole("region", { name: "Result of the call" });
  await expect(result.getByRole("alert")).toContainText(
    "The node stranger called wasi:random/random@0.2.0.get-random-u64, which is refused to this node",
  );
});
