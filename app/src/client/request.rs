//! One request, by the browser's own `fetch`.

use super::{Failure, json};
use js_sys::{Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// A request that is put together.
pub struct Request {
    url: String,
    init: RequestInit,
    headers: Object,
}

impl Request {
    /// Makes something.
    pub fn post(url: &str) -> Self {
        Self::new("POST", url)
    }

    /// Puts something in place of what is there.
    pub fn put(url: &str) -> Self {
        Self::new("PUT", url)
    }

    /// Takes something away.
    pub fn delete(url: &str) -> Self {
        Self::new("DELETE", url)
    }

    fn new(method: &str, url: &str) -> Self {
        let init = RequestInit::new();
        init.set_method(method);
        Self {
            url: url.to_string(),
            init,
            headers: Object::new(),
        }
    }

    /// With a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        set(&self.headers, name, &value.into());
        self
    }

    /// With a body.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json<B: Serialize>(self, body: &B) -> Result<Self, Failure> {
        let json = json::encode(body).map_err(Failure::Broken)?;
        Ok(self.body("application/json", &json.into()))
    }

    /// With a text or a file as its body.
    pub fn body(self, media_type: &str, body: &JsValue) -> Self {
        self.init.set_body(body);
        self.header("Content-Type", media_type)
    }

    /// With what a form was filled with as the body.
    pub fn form(self, form: &str) -> Self {
        self.init.set_body(&form.into());
        self.header("Content-Type", "application/x-www-form-urlencoded")
    }

    /// Sends it.
    ///
    /// # Errors
    /// When there is no answer, or one that is not a success.
    pub async fn send(self) -> Result<Response, Failure> {
        let response: Response = arrived(self.fetch()).await?.unchecked_into();
        if response.ok() {
            return Ok(response);
        }
        let text = text(&response).await.unwrap_or_default();
        Err(Failure::from_answer(response.status(), &text))
    }

    /// Sends it although the page is going away; nobody is left to hear the answer.
    pub fn outlive_the_page(self) {
        // web-sys has no name for it.
        set(&self.init, "keepalive", &true.into());
        let _ = self.fetch();
    }

    fn fetch(&self) -> Promise {
        self.init.set_headers(&self.headers);
        window().fetch_with_str_and_init(&self.url, &self.init)
    }
}

/// The text of an answer.
///
/// # Errors
/// When the connection breaks.
pub async fn text(response: &Response) -> Result<String, Failure> {
    let text = arrived(response.text().map_err(|_| Failure::unreachable())?).await?;
    Ok(text.as_string().unwrap_or_default())
}

/// The bytes of an answer.
///
/// # Errors
/// When the connection breaks.
pub async fn bytes(response: &Response) -> Result<Vec<u8>, Failure> {
    let buffer = arrived(
        response
            .array_buffer()
            .map_err(|_| Failure::unreachable())?,
    )
    .await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

async fn arrived(promise: Promise) -> Result<JsValue, Failure> {
    JsFuture::from(promise)
        .await
        .map_err(|_| Failure::unreachable())
}

fn set(object: &Object, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}
