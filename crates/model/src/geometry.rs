//! Where things are on the canvas: pure functions of the graph, never measured in the page.
