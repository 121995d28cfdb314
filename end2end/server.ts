// The server that tests talk to: the real binary over real components, with a data folder of its own.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

export const port = Number(process.env.PATCHBAY_PORT ?? 3199);
export const origin = `http://localhost:${port}`;
export const components = process.env.PATCHBAY_COMPONENTS ?? join(root, "target/components");
export const wasmtime = process.env.WASMTIME ?? join(root, "target/venv/bin/wasmtime");

const binary = process.env.PATCHBAY_BIN ?? join(root, "target/debug/patchbay");
export const site = process.env.PATCHBAY_SITE ?? join(root, "target/site");

/** What Playwright starts and stops. */
export function webServer() {
  const data = mkdtempSync(join(tmpdir(), "patchbay-end2end-"));
  const options = { "--addr": `127.0.0.1:${port}`, "--data-dir": data, "--site-root": site, "--samples-dir": components };
  return {
    command: [binary, "serve", ...Object.entries(options).flat()].map((word) => JSON.stringify(word)).join(" "),
    url: `${origin}/api/v1/health`,
    reuseExistingServer: false,
    stdout: "ignore" as const,
    stderr: "pipe" as const,
    timeout: 30_000,
  };
}

/** Debian's Chromium, which `cargo xtask test` installs. */
export const chromium = {
  browserName: "chromium" as const,
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  },
};
