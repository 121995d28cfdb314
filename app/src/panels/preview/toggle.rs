//! The one button that starts and stops the preview.

use super::{Phase, Preview};
use crate::panels::command::Command;
use crate::panels::icon::Icon;
use leptos::either::Either;
use leptos::prelude::*;

/// `Run preview`, or `Stop preview` while one runs.
#[component]
pub fn PreviewToggle() -> impl IntoView {
    let preview = expect_context::<Preview>();
    let running = Memo::new(move |_| preview.phase.with(|p| matches!(p, Phase::Running(_))));
    let obstacle = Signal::derive(move || preview.obstacle());
    move || match running.get() {
        false => Either::Left(view! {
            <Command
                id="preview-obstacle"
                label="Run preview"
                icon=Icon::Run
                hint="Fuse the graph and run it in the sandbox"
                obstacle
                run=move || preview.start()
            />
        }),
        true => Either::Right(view! {
            <Command
                id="preview-obstacle"
                label="Stop preview"
                icon=Icon::Stop
                hint="Stop the component and throw away what it has stored"
                obstacle=Signal::derive(|| None::<String>)
                run=move || preview.stop()
            />
        }),
    }
}
