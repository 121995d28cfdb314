//! The page as a whole: what it starts with, the document around it, and its layout.

use crate::canvas::Canvas;
use crate::editor::Editor;
use crate::late::IntoLate;
use crate::live::effect;
use crate::panels::{
    Announcer, Chooser, Drawer, DropOverlay, Inspector, Palette, Toasts, TopBar, provide_panels,
    sync_with_server,
};
use leptos::prelude::*;
use patchbay_model::api::SampleSummary;
use patchbay_model::{Analysis, ComponentInfo, Graph};
use serde::{Deserialize, Serialize};

/// Everything that the page starts with. The server puts it into the page, so that the browser starts with the same.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PageData {
    /// From the `theme` cookie, so that the first paint has it.
    pub theme: Theme,
    /// The graph to draw.
    pub graph: Graph,
    /// Whether the graph is there to look at, and not to change.
    #[serde(default)]
    pub shared: bool,
    /// Where the graph is kept; absent until its first change is saved.
    pub stored: Option<Stored>,
    /// The palette: the samples and what has been uploaded.
    pub components: Vec<ComponentInfo>,
    /// Of `graph`.
    pub analysis: Analysis,
    /// The graphs that come with Patchbay.
    pub samples: Vec<SampleSummary>,
}

/// What the server has drawn already where the page shows its views: a browser asks for them.
#[derive(Clone, Debug, Default)]
pub struct FirstViews {
    /// What is selected (nothing), and the result.
    pub inspector: String,
}

/// Where a graph is kept on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// As in `/g/<id>`.
    pub id: String,
    /// What the next save replaces.
    pub revision: u64,
}

/// The colours a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light, whatever the system has.
    Light,
    /// Dark, whatever the system has.
    Dark,
}

impl Theme {
    /// The value of the `theme` cookie and of `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the `theme` cookie; anything unknown follows the system.
    pub fn from_cookie(value: Option<&str>) -> Self {
        match value {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The id of the element that carries [`PageData`] to the browser.
const DATA_ELEMENT: &str = "page-data";

impl PageData {
    /// As JSON that can stand in a `<script>` element: names are people's text and may contain `</script>`.
    fn to_embedded_json(&self) -> String {
        serde_json::to_string(self)
            .unwrap_or_default()
            .replace('<', "\\u003c")
    }

    /// Reads what the server put into the page.
    ///
    /// # Errors
    /// A sentence for the console, if the page is not one of ours.
    #[cfg(feature = "hydrate")]
    pub fn from_document() -> Result<Self, String> {
        let text = document()
            .get_element_by_id(DATA_ELEMENT)
            .and_then(|element| element.text_content())
            .ok_or("there is no page data")?;
        crate::client::json::decode(&text)
    }
}

/// The whole HTML document.
pub fn shell(options: LeptosOptions, data: PageData) -> impl IntoView {
    let title = match data.graph.name() {
        "" => "Patchbay".to_string(),
        name => format!("{name} · Patchbay"),
    };
    let theme = data.theme.as_str();
    let json = data.to_embedded_json();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta
                    name="description"
                    content="Draw a WebAssembly component out of other components, check it, download it, run it."
                />
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/patchbay.css" />
                <script type="application/json" id=DATA_ELEMENT inner_html=json></script>
                <HydrationScripts options />
            </head>
            <body>
                <App data />
            </body>
        </html>
    }
}

/// The editor.
#[component]
pub fn App(
    /// What it starts with.
    data: PageData,
) -> impl IntoView {
    let editor = Editor::new(data);
    provide_context(editor);
    provide_panels(editor);
    sync_with_server(editor);
    // Tests, and people in a hurry, must not click before the page is live.
    effect(|_| {
        if let Some(body) = document().body() {
            let _ = body.set_attribute("data-hydrated", "");
        }
    });
    view! {
        <a class="skip-link" href="#canvas">
            "Skip to the canvas"
        </a>
        <div class="editor">
            <TopBar />
            <Palette />
            <Canvas />
            <Inspector />
            <Drawer />
        </div>
        {view! { <DropOverlay /> }.late()}
        {view! { <Chooser /> }.late()}
        {view! { <Toasts /> }.late()}
        {view! { <Announcer /> }.late()}
    }
}
