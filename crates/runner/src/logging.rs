//! `wasi:logging@0.1.0-draft`: lines in the preview's log.

use crate::capability::Capability;
use crate::guest::Guest;
use crate::logs::LogStream;
use bindings::wasi::logging::logging::{self, Level};
use std::time::Instant;
use wasmtime::component::{HasSelf, Linker};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/logging",
        world: "wasi:logging/host",
        imports: { default: trappable },
    });
}

/// A longer message is cut.
const LONGEST: usize = 4 * 1024;

pub(crate) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    logging::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)
}

impl logging::Host for Guest {
    fn log(&mut self, level: Level, context: String, message: String) -> wasmtime::Result<()> {
        let level = match level {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
            Level::Critical => "critical",
        };
        let began = Instant::now();
        let mut text = match context.as_str() {
            "" => format!("[{level}] {message}"),
            context => format!("[{level}] {context}: {message}"),
        };
        text.truncate(text.floor_char_boundary(LONGEST));
        let log = self.request_log();
        let result = match self.grants().logging {
            true => {
                log.guest(LogStream::Stderr, text.clone());
                "written"
            }
            false => {
                self.refuse(Capability::Logging);
                "refused"
            }
        };
        log.called(Capability::Logging, "log", text, result.to_owned(), began);
        Ok(())
    }
}
