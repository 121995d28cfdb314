//! Words for the first time: at the first link, and at the first import that is left open.

use super::board::Board;
use super::settings;
use crate::heard;
use crate::held::Held;
use crate::late::IntoLate;
use crate::live::{effect, live};
use leptos::prelude::*;
use patchbay_model::name::InterfaceName;

/// Under what the browser remembers that it has been read, and the words.
type Hint = (&'static str, &'static str);

const LINK: Hint = (
    "hint-link",
    "A link gives the importer an instance of the exporter. Drop it on a port that is lit; dropped on the empty canvas, it asks for a component.",
);
const OPEN: Hint = (
    "hint-open",
    "A hollow import is still open: whoever runs the result must provide it. Link it to an export, or fill it with a stub from its menu.",
);

/// A line over the canvas, until somebody has read it.
#[component]
pub fn Hints(board: Board) -> impl IntoView {
    let shown = Held::new(None::<Hint>);
    let show = move |hint: Hint| {
        if !settings::is_on(hint.0) {
            shown.set(Some(hint));
        }
    };
    effect(move |_| {
        if board.origin.with(Option::is_some) {
            show(LINK);
        }
    });
    effect(move |_| {
        let open = board.editor.analysis.with(|analysis| {
            let mut imports = analysis.world.iter().flat_map(|world| &world.imports);
            imports.any(|import| {
                InterfaceName::parse(&import.name).is_none_or(|name| !name.is_host_plumbing())
            })
        });
        if open {
            show(OPEN);
        }
    });
    live(move || {
        let (key, words) = shown.get()?;
        let read = move |_| {
            settings::set(key, true);
            shown.set(None);
        };
        let hint = view! {
            <p class="hint" role="note" data-overlay="">
                <span>{words}</span>
                <button type="button" class="button button-small" on:click=heard::mouse(read)>
                    "Got it"
                </button>
            </p>
        };
        Some(hint.late())
    })
}
