//! A graph as a picture: SVG from the same geometry that the page draws with.

mod colours;
mod note;

pub use colours::Colours;

use patchbay_model::analysis::Side;
use patchbay_model::component::PortKind;
use patchbay_model::decimal::px;
use patchbay_model::geometry::{
    HEADER_HEIGHT, NODE_WIDTH, NodeShape, PortRow, ROW_HEIGHT, Rect, Shapes, all_rects, bounds,
    elide, link_path, shapes,
};
use patchbay_model::hue::hue;
use patchbay_model::{ComponentInfo, Endpoint, Graph, Link, Node, NodeKind, Point};
use std::fmt::Write as _;

/// What stays free around the nodes.
const MARGIN: f64 = 32.0;

/// How many letters of a name fit a node's header.
const TITLE: usize = 36;

/// Draws a graph with the components that it is made of, as far as they are at hand.
pub fn svg(graph: &Graph, components: &[ComponentInfo], colours: &Colours) -> String {
    let shapes = shapes(graph, components);
    let all = bounds(all_rects(graph, &shapes)).unwrap_or(Rect {
        width: NODE_WIDTH,
        height: HEADER_HEIGHT,
        ..Rect::default()
    });
    let view = all.grown(MARGIN);
    let (x, y, width, height) = (px(view.x), px(view.y), px(view.width), px(view.height));
    let mut out = Picture {
        graph,
        shapes: &shapes,
        colours,
        svg: format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} {y} {width} {height}\" \
             width=\"{width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" font-size=\"11\">\n\
             <title>{}</title>\n<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
            escape(graph.name()),
            colours.get("pane"),
        ),
    };
    for note in graph.notes() {
        out.note(note);
    }
    for link in graph.links() {
        out.link(&link);
    }
    for node in graph.nodes() {
        out.node(node);
    }
    out.svg.push_str("</svg>\n");
    out.svg
}

struct Picture<'a> {
    graph: &'a Graph,
    shapes: &'a Shapes,
    colours: &'a Colours,
    svg: String,
}

impl Picture<'_> {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.svg, "{text}");
    }

    fn end(&self, side: Side, end: &Endpoint) -> Option<Point> {
        let corner = self.graph.node(&end.node)?.position;
        let port = self.shapes.get(&end.node)?.port(side, &end.port)?;
        Some(Point {
            x: corner.x + port.x,
            y: corner.y + port.y,
        })
    }

    fn link(&mut self, link: &Link) {
        let ends = (
            self.end(Side::Export, &link.from),
            self.end(Side::Import, &link.to),
        );
        let (Some(from), Some(to)) = ends else {
            return;
        };
        let colour = self.colours.get(&format!("hue-{}", hue(&link.to.port)));
        let (path, x, y) = (link_path(from, to), px(to.x - 6.0), px(to.y));
        self.line(format_args!(
            "<g opacity=\".8\"><path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <path d=\"M{x} {y}l-9 -5v10z\" fill=\"{colour}\"/></g>"
        ));
    }

    fn node(&mut self, node: &Node) {
        let Some(shape) = self.shapes.get(&node.id).cloned() else {
            return;
        };
        let (size, colours) = (shape.size(), self.colours);
        let (x, y) = (px(node.position.x), px(node.position.y));
        let (width, height) = (px(size.width), px(size.height));
        let (fill, text, muted) = (
            colours.get("node"),
            colours.get("text"),
            colours.get("muted"),
        );
        let edge = colours.get(if shape.missing {
            "err"
        } else {
            "border-strong"
        });
        let component = match &node.kind {
            NodeKind::Instance(component) => component.short_name().to_string(),
            NodeKind::Import(_) => "import of the result".to_string(),
        };
        self.line(format_args!(
            "<g transform=\"translate({x} {y})\">\
             <rect x=\".5\" y=\".5\" width=\"{width}\" height=\"{height}\" rx=\"10\" fill=\"{fill}\" stroke=\"{edge}\"/>\
             <path d=\"M0 {HEADER_HEIGHT}h{width}\" stroke=\"{}\"/>\
             <text x=\"12\" y=\"17\" font-size=\"13\" font-weight=\"600\" fill=\"{text}\">{}</text>\
             <text x=\"12\" y=\"32\" fill=\"{muted}\">{}</text>",
            colours.get("border"),
            escape(&elide(&node.name, TITLE)),
            escape(&elide(&component, TITLE)),
        ));
        for side in [Side::Import, Side::Export] {
            for port in shape.side(side) {
                self.port(node, &shape, side, port);
            }
        }
        let folded = shape.folded.len();
        if folded > 0 {
            let y = shape.row_top(shape.folded_row) + ROW_HEIGHT / 2.0 + 4.0;
            let imports = if folded == 1 { "import" } else { "imports" };
            self.line(format_args!(
                "<text x=\"18\" y=\"{}\" fill=\"{muted}\">+{folded} host {imports}</text>",
                px(y)
            ));
        }
        self.line(format_args!("</g>"));
    }

    fn port(&mut self, node: &Node, shape: &NodeShape, side: Side, port: &PortRow) {
        let Some(at) = shape.port(side, &port.name) else {
            return;
        };
        let end = Endpoint {
            node: node.id.clone(),
            port: port.name.clone(),
        };
        let exported = self
            .graph
            .exports()
            .any(|(_, source)| source.node == node.id && source.port.as_ref() == Some(&port.name));
        let in_use = match side {
            Side::Import => self.graph.supplier(&end).is_some(),
            Side::Export => exported || self.graph.links().any(|link| link.from == end),
        };
        let hue = self.colours.get(&format!("hue-{}", hue(&port.name)));
        let fill = if in_use {
            hue
        } else {
            self.colours.get("node")
        };
        let (x, y) = (px(at.x), px(at.y));
        // What the page draws as a diamond, a square and a circle.
        let glyph = match port.kind {
            Some(PortKind::Function) => format!("<path d=\"M{x} {y}m0 -7l7 7l-7 7l-7 -7z\""),
            Some(PortKind::Type) => format!("<path d=\"M{x} {y}m-5 -5h10v10h-10z\""),
            _ => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"5\""),
        };
        let (text_x, anchor) = match side {
            Side::Import => (at.x + 18.0, "start"),
            Side::Export => (at.x - 18.0, "end"),
        };
        let ink = match side {
            Side::Import if !in_use => self.colours.get("muted"),
            _ => self.colours.get("text"),
        };
        let mark = if exported { " ⇥" } else { "" };
        self.line(format_args!(
            "{glyph} fill=\"{fill}\" stroke=\"{hue}\" stroke-width=\"2\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"{ink}\" \
             font-family=\"ui-monospace, monospace\">{}{mark}</text>",
            px(text_x),
            px(at.y + 4.0),
            escape(&shape.label(port)),
        ));
    }
}

/// People's text as it can stand between tags.
fn escape(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;");
    // XML has no other control characters than these, whatever a name has.
    plain.replace(|c: char| c.is_control() && !c.is_whitespace(), "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::{Colours, svg};
    use patchbay_model::Graph;

    #[test]
    fn every_node_and_link_is_in_the_picture_and_text_stays_text() {
        let graph = Graph::from_json(
            r#"{ "patchbay": 1, "name": "<b> & co",
                 "nodes": [
                   { "id": "n1", "name": "one", "component": { "package": "a:b" }, "position": { "x": 0, "y": 0 } },
                   { "id": "n2", "name": "two", "component": { "package": "c:d" }, "position": { "x": 400, "y": 80 } } ],
                 "notes": [
                   { "id": "n3", "text": "Both <i>", "frame": true, "position": { "x": -16, "y": -32 }, "width": 800, "height": 300 },
                   { "id": "n4", "text": "As it\nis", "position": { "x": 900, "y": 0 }, "width": 96, "height": 80 } ],
                 "links": [{ "from": { "node": "n1", "port": "x" }, "to": { "node": "n2", "port": "x" } }] }"#,
        )
        .unwrap();
        for theme in [Colours::light(), Colours::dark()] {
            let picture = svg(&graph, &[], theme);
            assert!(picture.contains(">one</text>") && picture.contains(">two</text>"));
            assert_eq!(
                picture.matches("stroke-width=\"2\"/><path d=\"M").count(),
                1
            );
            assert!(picture.contains("<title>&lt;b> &amp; co</title>"));
            assert!(picture.contains(theme.get("pane")));
            assert!(picture.contains(">Both &lt;i></text>"));
            assert!(picture.contains(">As it</tspan>") && picture.contains(">is</tspan>"));
            assert!(
                picture.contains("viewBox=\"-48 -64 1076 364\""),
                "{picture}"
            );
        }
    }
}
