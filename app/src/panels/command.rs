//! A command as a button that says why it cannot be given.

use super::icon::Icon;
use crate::heard;
use crate::live::live;
use leptos::prelude::*;

/// A button; while there is an obstacle it is disabled and says which.
#[component]
pub fn Command(
    /// Its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// Tells its description apart from those of other commands.
    id: &'static str,
    /// Its picture.
    icon: Icon,
    /// Whether the picture stands alone.
    #[prop(optional)]
    bare: bool,
    /// Whether it is what people come for.
    #[prop(optional)]
    primary: bool,
    /// What it would do, for its tooltip.
    #[prop(into)]
    hint: Signal<String>,
    /// Why it cannot be given now.
    #[prop(into)]
    obstacle: Signal<Option<String>>,
    /// Gives it.
    #[prop(into)]
    run: Callback<()>,
) -> impl IntoView {
    let title = move || obstacle.get().unwrap_or_else(|| hint.get());
    let described = move || obstacle.with(Option::is_some).then_some(id);
    view! {
        <button
            type="button"
            class="button"
            class:button-bare=bare
            class:button-primary=primary
            aria-label=live(move || bare.then(|| label.get()))
            title=live(title)
            aria-describedby=live(described)
            disabled=live(move || obstacle.with(Option::is_some))
            on:click=heard::mouse(move |_| run.run(()))
        >
            {icon.draw()}
            {(!bare).then(|| view! { <span>{live(move || label.get())}</span> })}
        </button>
        <span id=id hidden>
            {live(move || obstacle.get())}
        </span>
    }
}
