// The same graph in React Flow, as its documentation recommends to draw one: memoised nodes, its own minimap, controls and
// background, and the markup and the style sheet of Patchbay's nodes inside of its own.

import { memo, useCallback, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import {
  addEdge,
  Background,
  Controls,
  Handle,
  MarkerType,
  MiniMap,
  Position,
  ReactFlow,
  useEdgesState,
  useNodesInitialized,
  useNodesState,
} from "@xyflow/react";

const { nodes: initialNodes, edges: initialEdges, ports, viewport } = JSON.parse(document.getElementById("graph").textContent);

const Port = memo(({ side, port, row, of }) => (
  <button type="button" className="port" data-side={side} data-kind="interface" data-linked="true" tabIndex={0}
    aria-label={`${side} ${port} of ${of}`} title={`${port}\ninterface, linked`}
    style={{ top: 40 + 24 * row, "--hue": "var(--hue-green)" }}>
    <Handle id={port} type={side === "import" ? "target" : "source"} position={side === "import" ? Position.Left : Position.Right}
      style={{ top: 12, [side === "import" ? "left" : "right"]: 14, opacity: 0, width: 12, height: 12 }} />
    <span className="glyph" />
    <span className="port-name">{port}</span>
  </button>
));

const Component = memo(({ data, selected }) => (
  <div className="node" data-selected={selected || undefined} style={{ position: "relative", width: 288, height: 144 }}>
    <div className="node-header">
      <div className="node-titles">
        <span className="node-name">{data.name}</span> <span className="node-component">{data.component}</span>
      </div>
      <button type="button" className="node-menu" aria-haspopup="menu" aria-label={`Menu of ${data.name}`}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
          <circle cx="3" cy="8" r="1.4" />
          <circle cx="8" cy="8" r="1.4" />
          <circle cx="13" cy="8" r="1.4" />
        </svg>
      </button>
    </div>
    {ports.map((port, row) => <Port key={`i${port}`} side="import" port={port} row={row} of={data.name} />)}
    {ports.map((port, row) => <Port key={`e${port}`} side="export" port={port} row={ports.length + row} of={data.name} />)}
  </div>
));

const nodeTypes = { component: Component };
const edgeOptions = { markerEnd: { type: MarkerType.ArrowClosed } };
const grid = [16, 16];
const sameInterface = ({ sourceHandle, targetHandle }) => sourceHandle === targetHandle;

/** Says when all nodes have been measured and drawn. */
function Ready() {
  const drawn = useNodesInitialized();
  useEffect(() => {
    if (drawn) document.body.setAttribute("data-hydrated", "");
  }, [drawn]);
  return null;
}

function App() {
  const [nodes, setNodes, onNodesChange] = useNodesState(initialNodes);
  const [edges, setEdges, onEdgesChange] = useEdgesState(initialEdges);
  const [pane] = useState(viewport);
  const onConnect = useCallback((link) => setEdges((edges) => addEdge(link, edges)), [setEdges]);
  useEffect(() => {
    window.selectNodes = (ids) => setNodes((nodes) => nodes.map((node) => ({ ...node, selected: ids.includes(node.id) })));
  }, [setNodes]);
  return (
    <ReactFlow nodes={nodes} edges={edges} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} onConnect={onConnect}
      nodeTypes={nodeTypes} defaultEdgeOptions={edgeOptions} defaultViewport={pane} minZoom={0.1} maxZoom={2}
      snapToGrid snapGrid={grid} panOnDrag={[0, 1]} isValidConnection={sameInterface}>
      <Background gap={16} />
      <Controls />
      <MiniMap pannable zoomable />
      <Ready />
    </ReactFlow>
  );
}

createRoot(document.getElementById("root")).render(<App />);
