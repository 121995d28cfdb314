// 48: what a share link opens.

import type { Page } from "@playwright/test";
import { boxOf, expect, HANDLER, openEditor, test, type Editor } from "../editor.ts";

const SAMPLE = "/?sample=guarded-hello";

/** Copies a link to the graph as it is. */
async function share(editor: Editor) {
  await editor.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.command("Share").click();
  await expect(editor.page.getByRole("status").filter({ hasText: "Copied" })).toBeVisible();
  return editor.page.evaluate(() => navigator.clipboard.readText());
}

/** Tries what would change a graph. */
async function meddle(editor: Editor, page: Page) {
  const refusal = page.getByRole("status").filter({ hasText: "Make a copy to change it" });
  const before = await boxOf(editor.node("door"));
  await editor.moveTo("door", 40, 40);
  await expect(refusal).toBeVisible();
  expect(await boxOf(editor.node("door"))).toEqual(before);
  await page.keyboard.press("Escape");
  await expect(refusal).toHaveCount(0);
  await editor.node("door").click({ position: { x: 60, y: 12 } });
  for (const keys of ["Delete", "ArrowDown", "Control+d", "F2", "Control+g"]) {
    await page.keyboard.press(keys);
    await expect(refusal).toBeVisible();
    await refusal.getByRole("button", { name: "Dismiss" }).click();
    await expect(refusal).toHaveCount(0);
    await editor.node("door").focus();
  }
  await expect(page.getByRole("textbox", { name: "Name of door" })).toHaveCount(0);
  // It would fit, and take another link's place.
  await editor.drag(editor.export(HANDLER, "hello"), editor.import(HANDLER, "log"));
  await expect(refusal).toBeVisible();
  await expect(editor.link(HANDLER, "door", "log")).toBeAttached();
  await editor.palette.getByRole("button", { name: "Add http-log", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Graph name" })).not.toBeEditable();
  await expect(editor.nodes).toHaveCount(3);
  await expect(editor.link(HANDLER, "hello", "door")).toBeAttached();
  await expect(editor.command("Undo")).toBeDisabled();
}

test("48 a shared link opens the same graph to look at, and a copy of it can be changed", async ({ page, browser }) => {
  const editor = await openEditor(page, SAMPLE);
  await editor.rename("auth", "door");
  await editor.saved();
  const link = await share(editor);
  expect(link).toMatch(/\/s\/[0-9a-f]{32}$/);
  const guests = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const guest = await openEditor(await guests.newPage(), link);
  await expect(guest.link(HANDLER, "door", "log")).toBeAttached();
  await expect(guest.page.getByText("Shared, to look at")).toBeVisible();
  await meddle(guest, guest.page);

  // All there is to look at is there: what runs, what it comes to, the bytes.
  await guest.node("hello").click({ position: { x: 60, y: 12 } });
  await expect(guest.page.getByRole("region", { name: "Node" })).toContainText("http-hello");
  expect((await guest.download()).bytes.subarray(0, 8).toString("hex")).toBe("0061736d0d000100");
  expect(guest.page.url()).toBe(link);

  await guest.command("Make a copy").click();
  await guest.saved();
  expect(guest.page.url()).toMatch(/\/g\//);
  await guest.rename("door", "theirs");
  await guest.saved();
  await guest.page.reload();
  await guest.live();
  await expect(guest.node("theirs")).toBeVisible();
  await guest.page.goto(link);
  await guest.live();
  await expect(guest.node("door")).toBeVisible();
  await guests.close();

  await editor.rename("door", "mine");
  await editor.saved();
  await page.goto(link);
  await editor.live();
  await expect(editor.node("door")).toBeVisible();
});

test("48 a shared link says of each node whose component is missing", async ({ page, request }) => {
  const at = (x: number) => ({ x, y: 0 });
  const graph = {
    patchbay: 1,
    nodes: [
      { id: "n1", name: "here", component: { package: "patchbay:http-hello" }, position: at(0) },
      { id: "n2", name: "gone", component: { package: "local:gone", digest: "0".repeat(64) }, position: at(400) },
    ],
  };
  const answer = await request.post("/api/v1/shares", { data: graph });
  expect(answer.status()).toBe(201);
  const editor = await openEditor(page, `/s/${(await answer.json()).id}`);
  await expect(editor.node("gone")).toContainText("The component is missing");
  await expect(editor.node("gone")).toContainText("local:gone");
  await expect(editor.problems).toContainText("gone");
  await expect(editor.node("here")).not.toContainText("The component is missing");
});

test("48 a share link is pasted on an empty page", async ({ page }) => {
  const editor = await openEditor(page, SAMPLE);
  const link = await share(editor);
  await openEditor(page);
  await page.getByRole("textbox", { name: "Share link" }).fill(link);
  await page.getByRole("button", { name: "Open link" }).click();
  await expect(page).toHaveURL(link);
  await editor.live();
  await expect(editor.nodes).toHaveCount(3);
});
