//! `wasi:config@0.2.0-rc.1`: the values that a preview was granted.

use crate::activity::list;
use crate::capability::Capability;
use crate::guest::Guest;
use bindings::wasi::config::store::{self, Error};
use std::time::Instant;
use wasmtime::component::{HasSelf, Linker};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/config",
        world: "wasi:config/host",
        imports: { default: trappable },
    });
}

pub(crate) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    store::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)
}

impl store::Host for Guest {
    fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<String>, Error>> {
        let began = Instant::now();
        let value = match &self.grants().config {
            Some(values) => values.get(&key).cloned(),
            None => {
                self.refuse(Capability::Config);
                None
            }
        };
        let result = value
            .as_ref()
            .map_or("nothing".to_owned(), |it| format!("{it:?}"));
        let (log, key) = (self.request_log(), list([key.as_str()]));
        log.called(Capability::Config, "get", key, result, began);
        Ok(Ok(value))
    }

    fn get_all(&mut self) -> wasmtime::Result<Result<Vec<(String, String)>, Error>> {
        let began = Instant::now();
        let values: Vec<(String, String)> = match &self.grants().config {
            Some(values) => values.clone().into_iter().collect(),
            None => {
                self.refuse(Capability::Config);
                Vec::new()
            }
        };
        let result = list(values.iter().map(|(key, _)| key.as_str()));
        let (log, nothing) = (self.request_log(), String::new());
        log.called(Capability::Config, "get-all", nothing, result, began);
        Ok(Ok(values))
    }
}
