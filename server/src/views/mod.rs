//! What the page shows beside the canvas: fragments of HTML, so that it need not know what they are made of.
//!
//! What a button or a field of a fragment does is said by its attributes: see [`html::Act`]. The page does it, whatever
//! fragment it is in.

pub mod chain;
pub mod choices;
pub mod compare;
pub mod html;
pub mod inspector;
pub mod problems;
pub mod saved;
mod size;
mod source;
mod targets;
mod wat;
mod words;

pub use size::sizes;
pub use source::mistakes;
pub use targets::{matrix, own_world};
pub use wat::Highlighted;
pub use words::pre;

use html::{Act, details, escape};
use patchbay_composer::inspect::digest;
use patchbay_composer::wac::wit_text;
use patchbay_composer::{Documented, WacText};
use patchbay_model::name::label_from;
use patchbay_model::verdict::find_component;
use patchbay_model::{Analysis, ComponentInfo, Graph, Node};

/// What the fragments speak of.
pub struct Subject {
    /// The graph.
    pub graph: Graph,
    /// Its components, as far as they are here.
    pub components: Vec<ComponentInfo>,
    /// What can be said of it.
    pub analysis: Analysis,
}

impl Subject {
    /// The component of a node, if it is here.
    pub fn component(&self, node: &Node) -> Option<&ComponentInfo> {
        find_component(&self.components, node.component()?)
    }
}

/// What is said of a component, in the words of those who made it or its interfaces.
#[derive(Default)]
pub struct Said {
    /// Headings and words.
    pub annotations: Vec<(&'static str, String)>,
    /// Its ports.
    pub ports: Documented,
}

/// The sides that a result is shown from, and what people call them.
const SIDES: [(&str, &str); 6] = [
    ("targets", "Targets"),
    ("size", "Size"),
    ("wac", "WAC"),
    ("wit", "WIT"),
    ("wat", "WAT"),
    ("compare", "Compare"),
];

/// Whether there is such a side.
pub fn is_side(side: &str) -> bool {
    SIDES.iter().any(|(name, _)| *name == side)
}

/// A side with the buttons that lead to the others.
pub fn page(side: &str, content: &str) -> String {
    let buttons: String = SIDES
        .iter()
        .map(|(name, label)| {
            let pressed = (*name == side).to_string();
            let button = Act::side(name).and("aria-pressed", &pressed);
            button.and("id", &format!("side-{name}")).button(label)
        })
        .collect();
    format!(
        "<div class=\"views\" role=\"group\" aria-label=\"Views of the result\">{buttons}</div>{content}"
    )
}

/// The `.wac` source of a graph, with a link that downloads it, and the packages that it speaks of. Reads their bytes.
pub fn source(graph: &Graph, WacText { text, packages }: &WacText) -> String {
    let name = label_from(graph.name());
    let text_in_address: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let packages: String = packages
        .iter()
        .map(|(name, bytes)| {
            let name = escape(&name.to_string());
            match wit_text(bytes) {
                Some(_) => format!("<li><code>{name}</code>, the types of imports, as WIT</li>"),
                None => format!(
                    "<li><code>{name}</code> <a href=\"/api/v1/components/{}/wasm\">its component</a></li>",
                    digest(bytes)
                ),
            }
        })
        .collect();
    let packages = details(
        "wac-packages",
        "",
        "The packages that it speaks of",
        &format!("<ul class=\"plain-list\">{packages}</ul>"),
    );
    let words = "<p class=\"muted\">The same wiring as text, in the WAC language: <code>wac compose</code> and <code>patchbay \
                 fuse</code> make the same component of it, and Open reads it again. Where nodes stand, frames and notes are \
                 not in it.</p>";
    format!(
        "{words}{packages}<p><a class=\"button button-small\" download=\"{name}.wac\" href=\"data:text/plain;charset=utf-8,{text_in_address}\">Download as .wac</a></p>{}",
        pre("WAC", text)
    )
}

/// The node that a person calls so.
fn named<'g>(graph: &'g Graph, name: &str) -> Option<&'g Node> {
    graph.nodes().find(|node| node.name == name)
}
