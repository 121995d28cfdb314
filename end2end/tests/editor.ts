// The page as its users find it: by role and accessible name, as the contract of the editor has them.

import { expect, test as base, type Locator, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { components } from "../server.ts";

export { expect };

export const HANDLER = "wasi:http/incoming-handler@0.2.12";
export const KEY_VALUE = "wasi:keyvalue/store@0.2.0-draft";

/** Every page of a test fails it when it logs an error or a warning: a hydration mismatch is one. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on("console", (message) => {
        const ours = message.page()?.url().includes("//localhost:") ?? false;
        if (ours && ["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      context.on("weberror", (error) => complaints.push(String(error.error())));
      await use(complaints);
      expect(complaints, "the console stays quiet").toEqual([]);
    },
    { auto: true },
  ],
});

/** Bytes of a component that `cargo xtask components` built: `patchbay/http-hello`. */
export function component(name: string) {
  return readFileSync(join(components, `${name}.wasm`));
}

/** A file as an upload takes it. */
export function file(name: string, content: string | Buffer) {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
}

/** A component that nobody wrote, from the WIT of its world; returns its name in the palette. */
export async function fromWit(page: Page, text: string) {
  const answer = await page.request.post("/api/v1/stubs", { data: { of: { wit: { text } } } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()).component.package as string).split(":").pop()!;
}

/** Opens an address of the editor and waits until it is live. */
export async function openEditor(page: Page, address = "/") {
  await page.goto(address);
  const editor = new Editor(page);
  await editor.live();
  return editor;
}

export class Editor {
  readonly canvas: Locator;
  readonly palette: Locator;
  readonly problems: Locator;
  readonly result: Locator;
  readonly preview: Locator;
  readonly response: Locator;
  readonly logs: Locator;

  constructor(readonly page: Page) {
    this.canvas = page.getByRole("application", { name: "Composition canvas" });
    this.palette = page.getByRole("region", { name: "Palette" });
    this.problems = page.getByRole("region", { name: "Problems" });
    this.result = page.getByRole("region", { name: "Result" });
    this.preview = page.getByRole("region", { name: "Preview" });
    this.response = page.getByRole("region", { name: "Response" });
    this.logs = page.getByRole("region", { name: "Logs" });
  }

  async live() {
    await expect(this.page.locator("body[data-hydrated]")).toBeAttached();
  }

  command(name: string) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Lays the graph out, and waits until everything has come to its place. */
  async tidy() {
    await this.command("Tidy").click();
    await expect(this.page.locator(".canvas-gliding")).toHaveCount(0);
  }

  node(name: string) {
    return this.page.getByRole("group", { name, exact: true });
  }

  get nodes() {
    return this.page.locator('[aria-roledescription="component instance"]');
  }

  import(port: string, of: string) {
    return this.page.getByRole("button", { name: `import ${port} of ${of}`, exact: true });
  }

  export(port: string, of: string) {
    return this.page.getByRole("button", { name: `export ${port} of ${of}`, exact: true });
  }

  link(port: string, from: string, to: string) {
    const name = `${from}.${port} to ${to}.${port}`;
    return this.page.getByRole("img", { name, exact: true }).or(this.node(name));
  }

  /** Adds an instance with the palette's button. */
  async add(name: string) {
    const before = await this.nodes.count();
    await this.palette.getByRole("button", { name: `Add ${name}`, exact: true }).click();
    await expect(this.nodes).toHaveCount(before + 1);
  }

  async upload(...files: ReturnType<typeof file>[]) {
    const chooser = this.page.waitForEvent("filechooser");
    await this.command("Add component").click();
    await (await chooser).setFiles(files);
  }

  async rename(from: string, to: string) {
    await this.node(from).focus();
    await this.page.keyboard.press("F2");
    const input = this.page.getByRole("textbox", { name: `Name of ${from}` });
    await input.fill(to);
    await input.press("Enter");
    await expect(this.node(to)).toBeVisible();
  }

  /** Moves a node by its header so that its corner goes there, in pixels of the pane. */
  async moveTo(name: string, x: number, y: number) {
    const pane = (await this.canvas.boundingBox())!;
    const box = (await this.node(name).boundingBox())!;
    const grip = { x: box.x + 60, y: box.y + 12 };
    await this.page.mouse.move(grip.x, grip.y);
    await this.page.mouse.down();
    await this.page.mouse.move(grip.x + 10, grip.y + 10);
    await this.page.mouse.move(pane.x + x + 60, pane.y + y + 12, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Presses on one thing, moves to another, and leaves the button down. */
  async startDrag(from: Locator, to: Locator) {
    const [a, b] = [await centre(from), await centre(to)];
    await this.page.mouse.move(a.x, a.y);
    await this.page.mouse.down();
    await this.page.mouse.move(a.x + 12, a.y + 8);
    await this.page.mouse.move(b.x, b.y, { steps: 6 });
  }

  async drag(from: Locator, to: Locator) {
    await this.startDrag(from, to);
    await this.page.mouse.up();
  }

  /** Waits until the server has the document as it is. */
  async saved() {
    await expect(this.page.getByText("Saved", { exact: true })).toBeVisible();
  }

  /** The bytes of what `Download` gives. */
  async download(button = "Download") {
    const download = this.page.waitForEvent("download");
    await this.command(button).click();
    const path = await (await download).path();
    return { name: (await download).suggestedFilename(), path, bytes: readFileSync(path) };
  }

  /** Fills the preview's form and sends it. */
  async send(request: { method?: string; path?: string; headers?: string; body?: string }) {
    await expect(this.command("Send request")).toBeEnabled({ timeout: 30_000 });
    if (request.method) await this.preview.getByLabel("Method").selectOption(request.method);
    if (request.path) await this.preview.getByLabel("Path").fill(request.path);
    if (request.headers !== undefined) await this.preview.getByLabel("Request headers").fill(request.headers);
    if (request.body !== undefined) await this.preview.getByLabel("Request body").fill(request.body);
    await this.command("Send request").click();
  }

  /** Starts the preview and returns the address of its own origin. */
  async run() {
    await this.command("Run preview").click();
    const address = this.preview.getByRole("link", { name: /\.localhost/ });
    await expect(address).toBeVisible({ timeout: 30_000 });
    return new URL((await address.getAttribute("href"))!);
  }
}

/** Where something is on the screen. */
export async function boxOf(thing: Locator) {
  return (await thing.boundingBox())!;
}

export async function centre(thing: Locator) {
  const box = await boxOf(thing);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The place on a node where it can be taken. */
export async function grip(node: Locator) {
  const box = await boxOf(node);
  return { x: box.x + box.width * 0.3, y: box.y + Math.min(12, box.height * 0.1) };
}
