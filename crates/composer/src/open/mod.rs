//! From a component to the graph that it could have been fused from.
//!
//! Composing leaves its traces in a component: the components that it is made of stand whole in the binary, and the
//! outermost level does nothing but to instantiate them, to pass exports of one to the other, and to export some. That is
//! a graph: instantiations are nodes, arguments are links. Whatever made the component, it can be drawn again. What a graph cannot say is in the notes, and the graph is fused for trial, so that the notes
//! also say where the result would have other imports or exports than the component.
//!
//! Interfaces that are put together from items of several instances become adapters, which are nodes without code.
//!
//! A component with code of its own at the outermost level, as compilers and `wasm-tools component new` make them, is a
//! graph of one node.

mod bags;
mod compare;
mod draw;
mod imports;
mod names;
mod pieces;
pub(crate) mod section;
mod source;
mod walk;
mod whole;

use crate::inspect::Component;
use crate::inspect::refusal::NotAComponent;
use crate::inspect::scan::scan_up_to;
use crate::inspect::skeleton::strip;
use crate::inspect::upload;
use crate::limits;
use crate::parts::Parts;
use crate::wit::text::Decoded;
use patchbay_model::component::Digest;
use patchbay_model::graph::Graph;
use patchbay_model::opened::{Note, NoteKind};
use pieces::{Piece, Pieces};
use std::cell::LazyCell;
use walk::Walk;

/// A component taken apart.
#[derive(Clone, Debug)]
pub struct Opened {
    /// How it is put together.
    pub graph: Graph,
    /// The components of the nodes, each once.
    pub components: Vec<Component>,
    /// What the graph does not say, or says differently than the component.
    pub notes: Vec<Note>,
}

/// Opens a component as a graph: binary or text, as a file of that name.
///
/// # Errors
/// What the file is instead of a component, in a sentence.
pub fn open(file_name: &str, bytes: &[u8]) -> Result<Opened, NotAComponent> {
    let bytes = &*upload::binary_of(bytes, limits::FUSED_BYTES)?;
    scan_up_to(bytes, limits::FUSED_BYTES)?;
    let name = upload::stem(file_name);
    let walk = Walk::new(bytes)?;
    if let Some(note) = whole::reason(&walk) {
        return whole::open(name, bytes, note);
    }
    let pieces = match Pieces::new(bytes, &walk) {
        Ok(pieces) => pieces,
        Err(why) => {
            let message =
                format!("This component is composed of others, but {why}. It is one node");
            return whole::open(name, bytes, Note::new(NoteKind::OneNode, message));
        }
    };
    let mut notes = Vec::new();
    match drawn(&walk, &pieces) {
        Some(Ok(graph)) => {
            let components = named_as_drawn(pieces.components, &graph);
            return Ok(Opened { graph, components, notes });
        }
        Some(Err(why)) => notes.push(Note::new(
            NoteKind::Drawing,
            format!("The file has a drawing of its graph, which is not used: {why}. The graph is drawn anew"),
        )),
        None => {}
    }
    let head = LazyCell::new(|| Decoded::new(&bytes[..walk.head]));
    let whole = LazyCell::new(|| Decoded::new(&strip(bytes).unwrap_or_else(|| bytes.to_vec())));
    let wit = |import: &str| {
        let alone = head.import_alone(import);
        let alone = alone.or_else(|| whole.import_alone(import));
        alone.unwrap_or_default()
    };
    let drawing = match draw::draw(name, &walk, &pieces, &wit) {
        Ok(drawing) => drawing,
        Err(error) => {
            let message = format!(
                "This component is composed of others, but cannot be drawn: {error}. It is one node"
            );
            return whole::open(name, bytes, Note::new(NoteKind::OneNode, message));
        }
    };
    notes.extend(drawing.notes);
    let graph = drawing.graph;
    let mut components = pieces.components;
    components.extend(drawing.made);
    // What is imported is not here to be fused for trial.
    if walk.imported_components().next().is_none() {
        let parts = Parts::from_iter(components.iter().cloned());
        notes.extend(compare::notes(bytes, &graph, &parts));
    }
    Ok(Opened {
        graph,
        components,
        notes,
    })
}

/// Whether a valid component is put together of others that can be taken out, as [`open`] does. Looks at its sections alone.
pub(crate) fn is_composed(bytes: &[u8]) -> bool {
    let Ok(walk) = Walk::new(bytes) else {
        return false;
    };
    whole::reason(&walk).is_none() && pieces::stand_alone(bytes, &walk)
}

/// The graph of the file's own section.
fn drawn(walk: &Walk<'_>, pieces: &Pieces) -> Option<Result<Graph, String>> {
    let digest = |component| match pieces.piece(walk, component)? {
        Piece::Inside(place) => Some(&pieces.components[place].info.digest),
        Piece::Imported(_) => None,
    };
    let embedded: Vec<Option<&Digest>> = walk
        .instantiations
        .iter()
        .map(|instantiation| digest(instantiation.component))
        .collect();
    section::drawing(walk, &embedded)
}

/// The components under the packages by which the drawing knows them.
fn named_as_drawn(mut components: Vec<Component>, graph: &Graph) -> Vec<Component> {
    for component in &mut components {
        let digest = &component.info.digest;
        let mut references = graph.references();
        if let Some(known) = references.find(|r| r.digest.as_ref() == Some(digest)) {
            component.info.package = known.package.clone();
        }
    }
    components
}
