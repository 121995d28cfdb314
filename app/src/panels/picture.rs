//! The graph as a picture: the server draws it, and the browser turns that into pixels.

use super::download::{file_stem, save_url};
use super::theme::is_dark;
use crate::client;
use crate::editor::Editor;
use js_sys::encode_uri_component;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

/// Saves a picture in the colours of the page: as SVG, or as pixels.
pub fn save(editor: Editor, as_png: bool) {
    let graph = editor.graph().get_untracked();
    let dark = is_dark(editor);
    spawn_local(async move {
        let picture = match client::picture(&graph, dark).await {
            Ok(picture) => picture,
            Err(failure) => return editor.alert(failure.to_string(), None),
        };
        let svg =
            String::from("data:image/svg+xml,") + &String::from(encode_uri_component(&picture));
        let (url, kind) = match as_png {
            false => (Some(svg), "svg"),
            true => (pixels(&svg).await.ok(), "png"),
        };
        if let Some(url) = url {
            save_url(&format!("{}.{kind}", file_stem(graph.name())), &url);
        }
    });
}

/// The same picture as PNG.
async fn pixels(url: &str) -> Result<String, JsValue> {
    let image = HtmlImageElement::new()?;
    image.set_src(url);
    JsFuture::from(image.decode()).await?;
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(image.width());
    canvas.set_height(image.height());
    if let Some(paper) = canvas.get_context("2d")? {
        let paper: CanvasRenderingContext2d = paper.unchecked_into();
        paper.draw_image_with_html_image_element(&image, 0.0, 0.0)?;
    }
    canvas.to_data_url()
}
