//! Uploads go through `XMLHttpRequest`: `fetch` does not say how far it has come.

use super::{API, Failure, decode_answer};
use patchbay_model::ComponentInfo;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

/// Uploads a component, and says how far it has come, from 0 to 1. Returns the component, and whether it is new.
///
/// # Errors
/// Also when the file is no component: the refusal says what it is.
pub async fn upload(
    file: &File,
    progress: impl Fn(f64) + 'static,
) -> Result<(ComponentInfo, bool), Failure> {
    let broken = |_| Failure::unreachable();
    let request = XmlHttpRequest::new().map_err(broken)?;
    let name = js_sys::encode_uri_component(&file.name());
    request
        .open("POST", &format!("{API}/components?name={name}"))
        .map_err(broken)?;
    request
        .set_request_header("Content-Type", "application/octet-stream")
        .map_err(broken)?;
    let listener = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress(event.loaded() / event.total());
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(listener.as_ref().unchecked_ref()));
    }
    let end = js_sys::Promise::new(&mut |resolve, reject| {
        request.set_onload(Some(&resolve));
        request.set_onerror(Some(&reject));
        request.set_onabort(Some(&reject));
    });
    request.send_with_opt_blob(Some(file)).map_err(broken)?;
    JsFuture::from(end).await.map_err(broken)?;

    let status = request.status().unwrap_or(0);
    let text = request.response_text().ok().flatten().unwrap_or_default();
    if !(200..300).contains(&status) {
        return Err(Failure::from_answer(status, &text));
    }
    let component = decode_answer(&text)?;
    Ok((component, status == 201))
}
