// The main job, end to end, on the real sample components: nothing here is stubbed.

import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { wasmtime } from "../server.ts";
import { component, Editor, expect, file, HANDLER, openEditor, test } from "./editor.ts";

const TOKEN = "authorization: Bearer patchbay";

test("55 a sample opens, runs and answers through the preview's own origin", async ({ page, request }) => {
  const editor = await openEditor(page);
  await page.getByRole("link", { name: /Guarded hello/ }).first().click();
  await editor.live();
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.link(HANDLER, "hello", "auth")).toBeVisible();
  await expect(editor.link(HANDLER, "auth", "log")).toBeVisible();

  const address = await editor.run();
  expect(address.hostname).toMatch(/^[a-z0-9]{20,}\.localhost$/);

  await editor.send({ path: "/" });
  await expect(editor.response).toContainText("401");
  await editor.send({ path: "/", headers: TOKEN });
  await expect(editor.response).toContainText("200");
  await expect(editor.response).toContainText("Hello from Patchbay!");
  await expect(editor.logs).toContainText("GET /");

  // The same from outside the page.
  const host = { host: address.host };
  const at = `http://127.0.0.1:${address.port}/`;
  expect((await request.get(at, { headers: host })).status()).toBe(401);
  const answer = await request.get(at, { headers: { ...host, authorization: "Bearer patchbay" } });
  expect(await answer.text()).toBe("Hello from Patchbay!\n");

  await editor.command("Stop preview").click();
  await expect(editor.command("Run preview")).toBeVisible();
  expect((await request.get(at, { headers: host })).status()).toBe(404);
});

test("54 the same graph built by hand answers the same, here and with wasmtime", async ({ page }) => {
  const editor = await openEditor(page);
  await editor.upload(
    file("my-hello.wasm", component("patchbay/http-hello")),
    file("my-auth.wasm", component("patchbay/http-auth")),
    file("my-log.wasm", component("patchbay/http-log")),
  );
  // The same bytes are one component: those of the samples.
  for (const [name, x] of [["http-hello", 40], ["http-auth", 400], ["http-log", 760]] as const) {
    await editor.add(name);
    await editor.moveTo(name, x % 700, 60 + Math.floor(x / 700) * 260);
  }
  await editor.drag(editor.export(HANDLER, "http-hello"), editor.import(HANDLER, "http-auth"));
  await expect(editor.link(HANDLER, "http-hello", "http-auth")).toBeVisible();
  // The other way: from the import, by click and click.
  await editor.import(HANDLER, "http-log").click();
  await expect(editor.import(HANDLER, "http-log")).toHaveAttribute("aria-pressed", "true");
  await editor.export(HANDLER, "http-auth").click();
  await expect(editor.link(HANDLER, "http-auth", "http-log")).toBeVisible();

  await expect(editor.command("Run preview")).toBeDisabled();
  await editor.node("http-log").focus();
  await page.getByRole("checkbox", { name: `Export ${HANDLER} of http-log`, exact: true }).first().check();
  await expect(editor.command("Download")).toBeEnabled();

  await editor.run();
  await editor.send({ path: "/", headers: TOKEN });
  await expect(editor.response).toContainText("Hello from Patchbay!");

  const { path, bytes } = await editor.download();
  expect(bytes.subarray(0, 8).toString("hex")).toBe("0061736d0d000100");
  expect(await serve(path, async (url) => {
    const refused = await fetch(url);
    const answered = await fetch(url, { headers: { authorization: "Bearer patchbay" } });
    return [refused.status, answered.status, await answered.text()];
  })).toEqual([401, 200, "Hello from Patchbay!\n"]);
});

test("the polyglot calculator downloads as a command that runs", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=polyglot-calculator");
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.command("Download")).toBeEnabled();
  await expect(editor.command("Run preview")).toBeEnabled();
  const { path } = await editor.download();
  const output = execFileSync(wasmtime, ["run", path, "2 * (3 + 4)"], { encoding: "utf8", timeout: 120_000 });
  expect(output.trim()).toBe("14");
  // Compiling 30 MB takes the reference runtime a while.
  test.setTimeout(150_000);
});

test("two fuses of one graph are the same file", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=guarded-hello");
  const first = await editor.download();
  await page.reload();
  await editor.live();
  expect((await editor.download()).bytes.equals(first.bytes)).toBe(true);
});

test("a counter with its own store counts from one in each request; with the host's store it goes on", async ({ page }) => {
  const editor = await openEditor(page, "/?sample=counter");
  await editor.run();
  for (let visit = 0; visit < 2; visit++) {
    await editor.send({ path: "/here" });
    await expect(editor.response).toContainText("Visit number 1 to /here");
  }
  await editor.command("Stop preview").click();
  await editor.node("store").focus();
  await page.keyboard.press("Delete");
  await expect(editor.nodes).toHaveCount(1);
  await expect(editor.result).toContainText("wasi:keyvalue/store");
  await editor.run();
  for (const visit of [1, 2, 3]) {
    await editor.send({ path: "/here" });
    await expect(editor.response).toContainText(`Visit number ${visit} to /here`);
  }
});

/** Serves a component with the `wasmtime` command line while `use` talks to it. */
async function serve<T>(path: string, use: (url: string) => Promise<T>): Promise<T> {
  const port = await freePort();
  const child = spawn(wasmtime, ["serve", "-Scli", "--addr", `127.0.0.1:${port}`, path], { stdio: "inherit" });
  try {
    const url = `http://127.0.0.1:${port}/`;
    await expect(async () => void (await fetch(url))).toPass({ timeout: 30_000 });
    return await use(url);
  } finally {
    child.kill();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
