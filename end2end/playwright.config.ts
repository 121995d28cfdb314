import { defineConfig } from "@playwright/test";
import { chromium, origin, webServer } from "./server.ts";

export default defineConfig({
  testDir: "tests",
  // Two cores: one browser and one server keep them busy.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  use: { ...chromium, baseURL: origin, viewport: { width: 1440, height: 900 }, trace: "retain-on-failure" },
  projects: [
    { name: "desktop", testIgnore: /phone/ },
    { name: "touch", testMatch: /phone/, use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ],
  webServer: webServer(),
});
