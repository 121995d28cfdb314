// The pictures of the README, in both themes. They are committed: run this again when the editor looks different.

import { expect, openEditor, test } from "./tests/editor.ts";

for (const theme of ["light", "dark"] as const) {
  test(`the editor with a sample running, ${theme}`, async ({ page, context, baseURL }) => {
    await context.addCookies([{ name: "theme", value: theme, url: baseURL! }]);
    const editor = await openEditor(page, "/?sample=guarded-hello");
    await editor.command("Run preview").click();
    await editor.send({ headers: "authorization: Bearer patchbay" });
    await expect(editor.response).toContainText("Hello from Patchbay!");
    await page.screenshot({ path: `screenshots/editor-${theme}.png` });
  });
}
