// Measures the canvas beside React Flow's: `cargo xtask bench editor`.

import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

export default defineConfig({ ...base, projects: undefined, testDir: "bench", testMatch: "editor.ts", reporter: [["line"]], use: { ...base.use, trace: "off" } });
