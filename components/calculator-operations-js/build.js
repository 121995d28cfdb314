// Turns operations.js into a component: node build.js OUTPUT
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { componentize } from "@bytecodealliance/componentize-js";

const [output = "operations.wasm"] = process.argv.slice(2);

const { component } = await componentize({
  sourcePath: fileURLToPath(new URL("operations.js", import.meta.url)),
  witPath: fileURLToPath(new URL("../wit", import.meta.url)),
  worldName: "calculator-operations",
  // Arithmetic needs nothing of the host, so the component shall import nothing.
  disableFeatures: ["stdio", "random", "clocks", "http", "fetch-event"],
});
await writeFile(output, component);
