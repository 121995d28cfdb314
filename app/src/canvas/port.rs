//! A port of a node.

use super::board::use_board;
use super::target::port_id;
use super::tip::TIP_ID;
use super::{hue, linking};
use crate::heard;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::analysis::{PortRef, Side};
use patchbay_model::component::PortKind;
use patchbay_model::decimal::px;
use patchbay_model::geometry::{NodeShape, PortRow};
use patchbay_model::{Endpoint, NodeId};

/// A port as a button: it starts and ends links.
#[component]
pub fn PortView(
    /// The node.
    node: NodeId,
    /// The node's name.
    name: Memo<String>,
    /// Which side of it.
    side: Side,
    /// The port.
    port: PortRow,
    /// The node's shape.
    shape: std::sync::Arc<NodeShape>,
) -> impl IntoView {
    let board = use_board();
    let this = StoredValue::new(PortRef {
        side,
        end: Endpoint {
            node,
            port: port.name.clone(),
        },
    });
    let linked = Memo::new(move |_| {
        this.with_value(|this| board.wired(&this.end.node, |wiring| wiring.is_linked(this)))
    });
    let remark = Memo::new(move |_| {
        this.with_value(|this| {
            board.remarks.with(|remarks| {
                let mut of = remarks.iter().filter(|(end, _)| *end == this.end);
                of.find(|_| side == Side::Import)
                    .map(|(_, note)| note.clone())
            })
        })
    });
    let exported = move || match side {
        Side::Import => Vec::new(),
        Side::Export => {
            let names = |end: &Endpoint| board.wired(&end.node, |wiring| wiring.names(end));
            this.with_value(|this| names(&this.end))
        }
    };
    let full = port.name.clone();
    let label = move || format!("{} {full} of {}", side.word(), name.get());
    let full = port.name.clone();
    let kind = port.kind;
    let title = move || {
        let kind = kind.map_or("the component has no such port", PortKind::word);
        let state = match side {
            Side::Import if linked.get() => "linked".to_string(),
            Side::Import => "imported by the result".to_string(),
            Side::Export => match exported().as_slice() {
                [] => "not exported from the result".to_string(),
                names => format!("exported from the result as {}", names.join(", ")),
            },
        };
        let remark = remark.get().unwrap_or_default();
        format!("{full}\n{kind}, {state}\n{remark}")
            .trim_end()
            .to_string()
    };
    let full = port.name.clone();
    let mark = move || {
        let names = exported();
        let first = names.first()?.clone();
        // The same name twice says no more than once.
        let words = if first == full { String::new() } else { first };
        Some(view! {
            <span class="port-exported">
                <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
                    <path d="M1.5 6h7M6 2.5 9.5 6 6 9.5M11 1.5v9"></path>
                </svg>
                {words}
            </span>
        })
    };
    view! {
        <button
            type="button"
            class="port"
            id=this.with_value(port_id)
            data-side=side.word()
            data-port=port.name.clone()
            data-kind=kind_word(port.kind)
            data-linked=live(move || linked.get().then_some("true"))
            data-exported=live(move || (!exported().is_empty()).then_some("true"))
            data-remark=live(move || remark.with(Option::is_some).then_some("true"))
            aria-label=live(label)
            aria-describedby=TIP_ID
            title=live(title)
            style=format!("top:{}px;{}", px(shape.row_top(port.row)), hue::style(&port.name))
            on:click=heard::mouse(move |_| linking::click(board, this.get_value()))
        >
            <span class="glyph"></span>
            <span class="port-name">{shape.label(&port)}</span>
            {live(mark)}
        </button>
    }
}

/// What the style sheet draws as a circle, a diamond or a square.
fn kind_word(kind: Option<PortKind>) -> &'static str {
    match kind {
        Some(PortKind::Function) => "function",
        Some(PortKind::Type) => "type",
        Some(_) => "interface",
        None => "missing",
    }
}
