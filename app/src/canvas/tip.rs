//! Why the link that is being drawn cannot end at the port under the pointer.

use super::board::use_board;
use super::linking;
use crate::late::IntoLate;
use crate::live::live;
use crate::panels::marked_text;
use leptos::prelude::*;
use patchbay_model::Point;
use patchbay_model::analysis::MarkedWit;
use patchbay_model::decimal::px;

fn marked(MarkedWit { title, wit, marks }: MarkedWit) -> impl IntoView {
    view! {
        <dt>{title}</dt>
        <dd>
            <pre>{marked_text(&wit, &marks)}</pre>
        </dd>
    }
}

/// The id that a port refers to for its description.
pub const TIP_ID: &str = "link-tip";

/// The reason, beside the port, with both types where two types do not fit.
#[component]
pub fn Tip() -> impl IntoView {
    let board = use_board();
    let refused = move || {
        // A port gets its verdict anew when an analysis comes in meanwhile.
        board.linking.track();
        let port = board.hovered.get()?;
        let refusal = linking::refusal(board, &port)?;
        let at = board.port(port.side, &port.end)?;
        Some((at, refusal))
    };
    live(move || {
        let (at, refusal) = refused()?;
        let Point { x, y } = board.editor.viewport.get().to_screen(at);
        // Never under the pointer: it is at the port or on its name.
        let (width, height) = board.pane_size();
        let side = if x > width / 2.0 { "right" } else { "left" };
        let inset = px(if x > width / 2.0 { width - x } else { x }.max(8.0));
        let style = if y > height / 2.0 {
            format!("{side}:{inset}px;bottom:{}px", px(height - y + 20.0))
        } else {
            format!("{side}:{inset}px;top:{}px", px(y + 20.0))
        };
        let types = refusal.mismatch.map(|mismatch| {
            view! {
                <dl class="tip-types">
                    {marked(mismatch.export)}
                    {marked(mismatch.import)}
                </dl>
            }
        });
        Some(
            view! {
                <div class="tip" role="tooltip" id=TIP_ID style=style>
                    <p>{refusal.reason}</p>
                    {types}
                </div>
            }
            .late(),
        )
    })
}
