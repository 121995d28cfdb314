// Takes pictures of the main states, to look at: `npm run states`.

import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

export default defineConfig({ ...base, projects: undefined, testDir: ".", testMatch: "states.ts" });
