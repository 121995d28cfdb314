//! The drawer at the bottom: problems, and the preview.

use super::icon::Icon;
use super::output::OutputPanel;
use super::preview::PreviewPanel;
use super::problems::Problems;
use crate::editor::use_editor;
use crate::held::Held;
use crate::late::{IntoLate, Late};
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::analysis::Severity;
use wasm_bindgen::JsCast;

/// A tab of the drawer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What is wrong with the graph.
    #[default]
    Problems,
    /// The sandboxed run.
    Preview,
    /// The result from several sides.
    Output,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Problems, Self::Output, Self::Preview];

    fn name(self) -> &'static str {
        match self {
            Self::Problems => "Problems",
            Self::Preview => "Preview",
            Self::Output => "Output",
        }
    }

    fn tab_id(self) -> String {
        format!("tab-{}", self.name().to_ascii_lowercase())
    }

    fn panel_id(self) -> String {
        format!("panel-{}", self.name().to_ascii_lowercase())
    }
}

/// Which tab shows, and whether the drawer is open.
#[derive(Clone, Copy)]
pub struct DrawerState {
    tab: Held<Tab>,
    open: Held<bool>,
}

impl Default for DrawerState {
    fn default() -> Self {
        Self {
            tab: Held::default(),
            open: Held::new(true),
        }
    }
}

impl DrawerState {
    /// Opens the drawer at a tab.
    pub fn show(self, tab: Tab) {
        self.tab.set(tab);
        self.open.set(true);
    }

    /// Whether a tab is in sight. Tracked.
    pub fn shows(self, tab: Tab) -> bool {
        self.open.get() && self.tab.get() == tab
    }
}

/// The drawer.
#[component]
pub fn Drawer() -> impl IntoView {
    let editor = use_editor();
    let state = expect_context::<DrawerState>();
    let count = Memo::new(move |_| editor.analysis.with(|a| a.problems.len()));
    let errors = Memo::new(move |_| {
        editor.analysis.with(|analysis| {
            let mut problems = analysis.problems.iter();
            problems.any(|problem| problem.severity == Severity::Error)
        })
    });
    let tab_button = move |tab: Tab| {
        let chosen = move || state.tab.get() == tab;
        let badge = (tab == Tab::Problems).then(|| {
            view! {
                <span class="badge" class:badge-error=live(move || errors.get()) class:badge-quiet=live(move || count.get() == 0)>
                    {live(move || count.get())}
                </span>
            }
        });
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                id=tab.tab_id()
                aria-controls=tab.panel_id()
                aria-selected=live(move || chosen().to_string())
                tabindex=live(move || if chosen() { "0" } else { "-1" })
                on:click=move |_| state.show(tab)
                on:keydown=move |event| {
                    let step = match event.key().as_str() {
                        "ArrowRight" => 1,
                        "ArrowLeft" => Tab::ALL.len() - 1,
                        _ => return,
                    };
                    event.prevent_default();
                    let here = Tab::ALL.iter().position(|other| *other == tab).unwrap_or(0);
                    let next = Tab::ALL[(here + step) % Tab::ALL.len()];
                    state.show(next);
                    focus(&next.tab_id());
                }
            >
                {tab.name()}
                {badge}
            </button>
        }
    };
    let panel = move |tab: Tab, content: Late| {
        view! {
            <div
                class="tab-panel"
                role="tabpanel"
                id=tab.panel_id()
                aria-labelledby=tab.tab_id()
                hidden=live(move || !state.shows(tab))
            >
                {content}
            </div>
        }
    };
    let fold_label = move || match state.open.get() {
        true => "Close the drawer",
        false => "Open the drawer",
    };
    view! {
        <section
            class="drawer"
            class:drawer-closed=live(move || !state.open.get())
            class:drawer-tall=live(move || state.tab.get() != Tab::Problems)
            aria-label="Drawer"
        >
            <div class="drawer-head">
                <div class="tabs" role="tablist" aria-label="Drawer">
                    {Tab::ALL.map(tab_button).collect_view()}
                </div>
                <button
                    type="button"
                    class="button button-bare button-small"
                    aria-label=live(fold_label)
                    title=live(fold_label)
                    aria-expanded=live(move || state.open.get().to_string())
                    on:click=move |_| state.open.update(|open| *open = !*open)
                >
                    {live(move || if state.open.get() { Icon::Down.draw() } else { Icon::Up.draw() })}
                </button>
            </div>
            {panel(Tab::Problems, view! { <Problems /> }.late())}
            {panel(Tab::Output, view! { <OutputPanel /> }.late())}
            {panel(Tab::Preview, view! { <PreviewPanel /> }.late())}
        </section>
    }
}

fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
