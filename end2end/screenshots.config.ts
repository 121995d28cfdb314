// Takes the README's pictures: `npm run screenshots`.

import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

export default defineConfig({ ...base, projects: undefined, testDir: ".", testMatch: "screenshots.ts" });
