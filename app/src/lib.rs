//! Patchbay's user interface. The server renders it with feature `ssr`, the browser takes it over with `hydrate`.

pub mod canvas;
pub mod client;
pub mod drawn;
pub mod each;
pub mod editor;
pub mod heard;
pub mod held;
pub mod late;
pub mod live;
pub mod page;
pub mod panels;
#[cfg(feature = "hydrate")]
pub mod woken;

pub use page::{FirstViews, PageData, Stored, Theme, shell};

/// The browser's entry point: takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    woken::begin();
    match PageData::from_document() {
        Ok(data) => leptos::mount::hydrate_body(move || page::App(page::AppProps { data })),
        Err(error) => leptos::logging::error!("the page's data cannot be read: {error}"),
    }
}
