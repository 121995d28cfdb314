// The two pages, with the same graph: Patchbay from its own server, React Flow from one that serves that page alone.

import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { APIRequestContext } from "@playwright/test";
import { site } from "../server.ts";

const PORTS = ["demo:bench/left@1.0.0", "demo:bench/right@1.0.0"];
const NODE = { width: 288, height: 144 };

export type View = { x: number; y: number; zoom: number };
export type Rect = { x: number; y: number; width: number; height: number };
export type Place = { id: string; x: number; y: number };

/** Nodes in rows, as near to each other as the grid allows; a link from the left neighbour and one from above. */
export function places(count: number): Place[] {
  const columns = Math.ceil(Math.sqrt(count * 0.7));
  return Array.from({ length: count }, (_, n) => ({
    id: `n${String(n).padStart(4, "0")}`,
    x: (NODE.width + 16) * (n % columns),
    y: (NODE.height + 16) * Math.floor(n / columns),
  }));
}

/** For each node, who fills its imports. */
function links(nodes: Place[]) {
  const columns = nodes.filter((node) => node.y === 0).length;
  return nodes.flatMap((node, n) =>
    [1, columns].flatMap((back, port) => (n >= back ? [{ from: nodes[n - back]!.id, to: node.id, port: PORTS[port]! }] : [])),
  );
}

/** Puts the graph on Patchbay's server; returns its address. */
export async function patchbay(request: APIRequestContext, count: number) {
  const instance = (port: string) => `(import "${port}" (instance (export "call" (func))))`;
  const text = `(component ${PORTS.map(instance).join("")} ${PORTS.map((port, n) => `(export "${port}" (instance ${n}))`).join("")})`;
  const uploaded = await request.post("/api/v1/components?name=bench.wat", { data: text });
  const { package: name, digest } = await uploaded.json();
  const nodes = places(count);
  const graph = {
    patchbay: 1,
    name: `${count} nodes`,
    nodes: nodes.map(({ id, x, y }) => ({ id, name: id, component: { package: name, digest }, position: { x, y } })),
    links: links(nodes).map(({ from, to, port }) => ({ from: { node: from, port }, to: { node: to, port } })),
  };
  const stored = await request.post("/api/v1/graphs", { data: graph });
  return `/g/${(await stored.json()).id}`;
}

/** Serves the other page, which shows that graph in a pane of the same size with the same view. */
export async function reactFlow() {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, "react-flow.jsx")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const folder = join(import.meta.dirname, "node_modules/@xyflow/react/dist/style.css");
  const files = new Map([
    ["/page.js", { type: "text/javascript", body: brotliCompressSync(bundle.outputFiles[0]!.contents) }],
    ["/react-flow.css", { type: "text/css", body: brotliCompressSync(readFileSync(folder)) }],
    ["/patchbay.css", { type: "text/css", body: brotliCompressSync(readFileSync(join(site, "pkg/patchbay.css"))) }],
  ]);
  const server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    const page = () => ({ type: "text/html", body: brotliCompressSync(html(searchParams)) });
    const file = files.get(pathname) ?? (pathname === "/" ? page() : undefined);
    if (!file) return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": file.type, "content-encoding": "br" }).end(file.body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address() as { port: number };
  return {
    address: (count: number, pane: Rect, view: View) =>
      `http://localhost:${address.port}/?${new URLSearchParams({ count: String(count), pane: JSON.stringify(pane), view: JSON.stringify(view) })}`,
    close: () => server.close(),
  };
}

function html(options: URLSearchParams) {
  const nodes = places(Number(options.get("count")));
  const pane = JSON.parse(options.get("pane")!) as Rect;
  const graph = {
    ports: PORTS,
    viewport: JSON.parse(options.get("view")!) as View,
    nodes: nodes.map(({ id, x, y }) => ({ id, type: "component", position: { x, y }, data: { name: id, component: "bench" }, ...NODE })),
    edges: links(nodes).map(({ from, to, port }) => ({ id: `${from}-${to}-${port}`, source: from, target: to, sourceHandle: port, targetHandle: port })),
  };
  return `<!DOCTYPE html><html lang="en" data-theme="light"><meta charset="utf-8"><title>React Flow</title>
<link rel="stylesheet" href="/patchbay.css"><link rel="stylesheet" href="/react-flow.css">
<script type="application/json" id="graph">${JSON.stringify(graph)}</script>
<body><div id="root" style="position:absolute;left:${pane.x}px;top:${pane.y}px;width:${pane.width}px;height:${pane.height}px"></div>
<script type="module" src="/page.js"></script></body></html>`;
}
