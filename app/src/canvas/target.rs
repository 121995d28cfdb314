//! What is under a pointer, and where the focus goes: the page's elements in the words of the document.

use leptos::prelude::*;
use patchbay_model::analysis::{PortRef, Side};
use patchbay_model::{Endpoint, Graph, NodeId, Point};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent};

/// Something of the canvas.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A port.
    Port(PortRef),
    /// A link, by the import that it fills.
    Link(Endpoint),
    /// A node, beside its ports.
    Node(NodeId),
    /// Nothing but the pane.
    Pane,
    /// Something that lies over the canvas and has gestures of its own.
    Overlay,
}

impl Target {
    /// What an element of the canvas belongs to.
    pub fn of(element: &Element) -> Self {
        if closest(element, "[data-overlay]").is_some() {
            return Self::Overlay;
        }
        if let Some(link) = closest(element, "[data-link]") {
            let end = |node, port| {
                Some(Endpoint {
                    node: NodeId(link.get_attribute(node)?),
                    port: link.get_attribute(port)?,
                })
            };
            return end("data-node-of", "data-link").map_or(Self::Pane, Self::Link);
        }
        let Some(node) = closest(element, "[data-node]")
            .and_then(|node| node.get_attribute("data-node"))
            .map(NodeId)
        else {
            return Self::Pane;
        };
        let port = closest(element, "[data-port]").and_then(|port| {
            let side = match port.get_attribute("data-side")?.as_str() {
                "import" => Side::Import,
                _ => Side::Export,
            };
            let port = port.get_attribute("data-port")?;
            Some((side, port))
        });
        match port {
            Some((side, port)) => Self::Port(PortRef {
                side,
                end: Endpoint { node, port },
            }),
            None => Self::Node(node),
        }
    }

    /// What an event happened to.
    pub fn of_event(event: &Event) -> Self {
        element_of(event).map_or(Self::Pane, |element| Self::of(&element))
    }

    /// What of the canvas is at a place of the window. A captured pointer's events do not say; and a message that lies
    /// over the canvas for a moment must not catch what is dropped on a port below it.
    pub fn at(event: &MouseEvent) -> Self {
        let at = client(event);
        let on_canvas = |element: &Element| closest(element, "#canvas").is_some();
        #[allow(clippy::cast_possible_truncation)]
        let first = document().element_from_point(at.x as f32, at.y as f32);
        // All that is there takes far longer to find than the first.
        let below = || elements_at(at).into_iter().find(on_canvas);
        let element = first.filter(on_canvas).or_else(below);
        element.map_or(Self::Overlay, |element| Self::of(&element))
    }
}

/// The elements at a place of the window, the uppermost first.
pub fn elements_at(at: Point) -> Vec<Element> {
    #[allow(clippy::cast_possible_truncation)]
    let elements = document().elements_from_point(at.x as f32, at.y as f32);
    let elements = elements.iter();
    elements
        .filter_map(|element| element.dyn_into().ok())
        .collect()
}

/// The nearest ancestor that fits, the element included.
pub fn closest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

/// The element that an event happened to.
pub fn element_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Where a pointer is in the window.
pub fn client(event: &MouseEvent) -> Point {
    Point {
        x: event.client_x().into(),
        y: event.client_y().into(),
    }
}

/// Where a pointer is in the pane, in screen pixels from its corner.
pub fn in_pane(pane: &Element, event: &MouseEvent) -> Point {
    let rect = pane.get_bounding_client_rect();
    let at = client(event);
    Point {
        x: at.x - rect.left(),
        y: at.y - rect.top(),
    }
}

/// The id of a node's element.
pub fn node_id(node: &NodeId) -> String {
    format!("node-{node}")
}

/// The id of the element of the link to an import.
pub fn link_id(to: &Endpoint) -> String {
    format!("link-{}-{}", to.node, to.port)
}

/// The id of a port's element.
pub fn port_id(port: &PortRef) -> String {
    format!("{}-{}-{}", port.side.word(), port.end.node, port.end.port)
}

/// Gives the focus to an element without letting the browser scroll the pane: the view is moved by other means.
pub fn focus(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// Gives the focus to the element of that id.
pub fn focus_id(id: &str) {
    if let Some(element) = document().get_element_by_id(id)
        && let Some(element) = element.dyn_ref::<HtmlElement>()
    {
        focus(element);
    }
}

/// A port in words: `import wasi:io/streams@0.2.6 of hello`.
pub fn port_name(graph: &Graph, port: &PortRef) -> String {
    let node = graph.node(&port.end.node);
    let node = node.map_or("?", |node| node.name.as_str());
    format!("{} {} of {node}", port.side.word(), port.end.port)
}
