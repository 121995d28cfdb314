//! Interfaces that are put together from items of several instances, as adapters: no link can say that, but a component
//! without code does it.

use super::pieces::{Piece, Pieces};
use super::source::{Source, Sources};
use super::walk::Walk;
use crate::generate::adapter::arranged;
use crate::inspect::Component;

/// A component that puts an interface together.
pub(super) struct Adapted {
    pub(super) component: Component,
    /// Its imports, and the instantiation and export that fill each.
    pub(super) inputs: Vec<(String, (usize, String))>,
}

/// An adapter in place of a bag that is the argument `port` of an instantiation; `None` where its items come from
/// somewhere else than exports of instances, or cannot be passed on.
pub(super) fn adapted(
    walk: &Walk<'_>,
    pieces: &Pieces,
    sources: &Sources<'_, '_>,
    bag: usize,
    (instantiation, port): (usize, &str),
) -> Option<Adapted> {
    let component_of = |instantiation: usize| {
        let component = walk.instantiations[instantiation].component;
        match pieces.piece(walk, component)? {
            Piece::Inside(place) => Some(&pieces.components[place]),
            Piece::Imported(_) => None,
        }
    };
    let mut offers: Vec<(usize, &str)> = Vec::new();
    let mut items = Vec::new();
    for (name, item) in &walk.bags[bag] {
        let Source::Instance {
            instantiation,
            inside,
        } = sources.of(*item)
        else {
            return None;
        };
        let (export, inner) = match inside[..] {
            [export] => (export, None),
            [export, inner] => (export, Some(inner)),
            _ => return None,
        };
        let offer = (instantiation, export);
        let at = offers.iter().position(|other| *other == offer);
        let at = at.unwrap_or_else(|| {
            offers.push(offer);
            offers.len() - 1
        });
        items.push((*name, at, inner));
    }
    let exports: Option<Vec<(&Component, &str)>> = offers
        .iter()
        .map(|(instantiation, export)| Some((component_of(*instantiation)?, *export)))
        .collect();
    let adapter = arranged(&exports?, component_of(instantiation)?, port, &items).ok()?;
    let input = |(import, at): (String, usize)| {
        let (instantiation, export) = offers[at];
        (import, (instantiation, export.to_string()))
    };
    Some(Adapted {
        inputs: adapter.inputs.into_iter().map(input).collect(),
        component: adapter.component,
    })
}
