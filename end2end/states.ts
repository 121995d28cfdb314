// Pictures of the editor's main states, to look at before a change of its looks is done: `npm run states`. They are not
// committed; they go to test-results/states.

import { boxOf, centre, expect, HANDLER, KEY_VALUE, openEditor, test } from "./tests/editor.ts";

const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(SIZES))
  for (const theme of ["light", "dark"] as const)
    test(`the main states, ${size}, ${theme}`, async ({ page, context, baseURL }) => {
      await page.setViewportSize(viewport);
      await context.addCookies([{ name: "theme", value: theme, url: baseURL! }]);
      const shot = (name: string) => page.screenshot({ path: `test-results/states/${size}-${theme}-${name}.png` });

      let editor = await openEditor(page);
      await shot("empty");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").fill("htph");
      await shot("quick-add");
      await page.keyboard.press("Escape");
      await editor.command("Open").click();
      await shot("open");
      await page.keyboard.press("Escape");

      editor = await openEditor(page, "/?sample=guarded-hello");
      await shot("sample");
      const pane = await boxOf(editor.canvas);
      await page.mouse.click(pane.x + pane.width / 2, pane.y + 30, { button: "right" });
      await shot("menu");
      await page.keyboard.press("Escape");
      await editor.node("auth").focus();
      await shot("node");
      await editor.link(HANDLER, "hello", "auth").focus();
      await shot("link");
      const from = await centre(editor.export(HANDLER, "log").locator(".glyph"));
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      const to = await centre(editor.import(HANDLER, "auth").locator(".glyph"));
      await page.mouse.move(to.x, to.y, { steps: 4 });
      await shot("linking");
      await page.keyboard.press("Escape");
      await page.mouse.up();
      if (size === "phone") {
        await editor.command("Show palette").click();
        await shot("palette");
        await editor.command("Show palette").click();
        await editor.command("Show inspector").click();
        await shot("inspector");
        await editor.command("Show inspector").click();
      }
      await editor.command("Run preview").click();
      await editor.send({ headers: "authorization: Bearer patchbay" });
      await expect(editor.response).toContainText("Hello from Patchbay!");
      await shot("preview");
      await editor.command("Stop preview").click();

      await openEditor(page, "/?sample=polyglot-calculator");
      await shot("calculator");
    });

for (const [size, viewport] of Object.entries(SIZES))
  for (const theme of ["light", "dark"] as const)
    test(`what the engine shows, ${size}, ${theme}`, async ({ page, context, baseURL }) => {
      await page.setViewportSize(viewport);
      await context.addCookies([{ name: "theme", value: theme, url: baseURL! }]);
      const shot = (name: string) => page.screenshot({ path: `test-results/states/${size}-${theme}-${name}.png` });
      const menu = async (name: string) => {
        await page.keyboard.press("Shift+F10");
        await page.getByRole("menuitem", { name }).click();
      };

      let editor = await openEditor(page, "/?sample=counter");
      await page.getByRole("tab", { name: "Output" }).click();
      for (const side of ["Targets", "Size", "WAC", "WIT", "WAT", "Compare"]) {
        await page.getByRole("button", { name: side, exact: true }).click();
        await expect(page.getByRole("button", { name: side, exact: true })).toHaveAttribute("aria-pressed", "true");
        await shot(`output-${side.toLowerCase()}`);
      }
      await page.getByRole("tab", { name: "Problems" }).click();
      await editor.nodes.first().focus();
      await menu("Replace by…");
      await expect(page.getByRole("dialog").getByRole("button").nth(1)).toBeVisible();
      await shot("replace");
      await page.keyboard.press("Escape");

      editor = await openEditor(page);
      for (const name of ["http-hello", "http-hello", "http-log", "visit-counter"]) {
        if (size === "phone") await editor.command("Show palette").click();
        await editor.add(name);
      }
      await expect(page.getByRole("note")).toBeVisible();
      await shot("hint");
      await editor.command("Tidy").click();
      await editor.command("Connect all").click();
      await expect(page.getByRole("dialog").getByRole("heading").nth(1)).toBeVisible();
      await shot("connect-all");
      await page.keyboard.press("Escape");
      await editor.import(KEY_VALUE, "visit-counter").focus();
      await menu("Fill with a stub of given values…");
      await expect(page.getByRole("button", { name: "Make the stub" })).toBeVisible();
      await shot("stub");
      await page.getByRole("button", { name: "Make the stub" }).click();
      await expect(editor.nodes).toHaveCount(5);
      await shot("stubbed");
    });
