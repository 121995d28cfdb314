//! `wasi:config@0.2.0-rc.1`: the values that a preview was granted.

use crate::capability::Capability;
use crate::guest::Guest;
use bindings::wasi::config::store::{self, Error};
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
        Ok(Ok(match &self.grants().config {
            Some(values) => values.get(&key).cloned(),
            None => {
                self.refuse(Capability::Config);
                None
            }
        }))
    }

    fn get_all(&mut self) -> wasmtime::Result<Result<Vec<(String, String)>, Error>> {
        Ok(Ok(match &self.grants().config {
            Some(values) => values.clone().into_iter().collect(),
            None => {
                self.refuse(Capability::Config);
                Vec::new()
            }
        }))
    }
}
