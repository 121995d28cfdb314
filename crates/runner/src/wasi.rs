//! Functions of WASI itself whose calls are written down: randomness and the environment. They do what
//! `wasmtime-wasi` does; clocks are watched in `clock`.

use crate::capability::Capability;
use crate::guest::Guest;
use std::time::Instant;
use wasmtime::component::{HasSelf, Linker};
use wasmtime_wasi::cli::WasiCliView;
use wasmtime_wasi::random::WasiRandomView;
use wasmtime_wasi::{p2, p3};

/// Puts ours in the place of what is linked already.
pub(crate) fn shadow(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    fn own(guest: &mut Guest) -> &mut Guest {
        guest
    }
    linker.allow_shadowing(true);
    p2::bindings::random::random::add_to_linker::<_, HasSelf<Guest>>(linker, own)?;
    p2::bindings::random::insecure::add_to_linker::<_, HasSelf<Guest>>(linker, own)?;
    p2::bindings::random::insecure_seed::add_to_linker::<_, HasSelf<Guest>>(linker, own)?;
    p2::bindings::cli::environment::add_to_linker::<_, HasSelf<Guest>>(linker, own)?;
    p3::bindings::random::random::add_to_linker::<_, HasSelf<Guest>>(linker, own)?;
    p3::bindings::random::insecure::add_to_linker::<_, HasSelf<Guest>>(linker, own)?;
    p3::bindings::random::insecure_seed::add_to_linker::<_, HasSelf<Guest>>(linker, own)?;
    p3::bindings::cli::environment::add_to_linker::<_, HasSelf<Guest>>(linker, own)?;
    linker.allow_shadowing(false);
    Ok(())
}

impl Guest {
    /// Asks for something that is given or not, and writes that down.
    fn watched<T>(
        &mut self,
        capability: Capability,
        call: &'static str,
        arguments: String,
        ask: impl FnOnce(&mut Self) -> wasmtime::Result<T>,
        words: impl FnOnce(&T) -> String,
    ) -> wasmtime::Result<T> {
        let began = Instant::now();
        let answer = ask(self);
        let result = match &answer {
            Ok(answer) => words(answer),
            Err(error) => error.to_string(),
        };
        let log = self.request_log();
        log.called(capability, call, arguments, result, began);
        answer
    }

    fn random_bytes<T: AsRef<[u8]>>(
        &mut self,
        call: &'static str,
        length: u64,
        ask: impl FnOnce(&mut Self) -> wasmtime::Result<T>,
    ) -> wasmtime::Result<T> {
        self.watched(Capability::Random, call, length.to_string(), ask, |bytes| {
            format!("{} bytes", bytes.as_ref().len())
        })
    }

    fn random_number<T: std::fmt::Debug>(
        &mut self,
        call: &'static str,
        ask: impl FnOnce(&mut Self) -> wasmtime::Result<T>,
    ) -> wasmtime::Result<T> {
        let words = |number: &T| format!("{number:?}");
        self.watched(Capability::Random, call, String::new(), ask, words)
    }

    fn of_environment<T>(
        &mut self,
        call: &'static str,
        ask: impl FnOnce(&mut Self) -> wasmtime::Result<T>,
        words: impl FnOnce(&T) -> String,
    ) -> wasmtime::Result<T> {
        self.watched(Capability::Environment, call, String::new(), ask, words)
    }
}

/// Both versions of WASI have the same functions, two of them by other names.
macro_rules! watch {
    ($version:ident, $directory:ident, $seed:ident) => {
        const _: () = {
            use $version::bindings::cli::environment;
            use $version::bindings::random::{insecure, insecure_seed, random};

            impl random::Host for Guest {
                fn get_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
                    self.random_bytes("get-random-bytes", length, |guest| {
                        random::Host::get_random_bytes(guest.random(), length)
                    })
                }

                fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
                    self.random_number("get-random-u64", |guest| {
                        random::Host::get_random_u64(guest.random())
                    })
                }
            }

            impl insecure::Host for Guest {
                fn get_insecure_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
                    self.random_bytes("get-insecure-random-bytes", length, |guest| {
                        insecure::Host::get_insecure_random_bytes(guest.random(), length)
                    })
                }

                fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
                    self.random_number("get-insecure-random-u64", |guest| {
                        insecure::Host::get_insecure_random_u64(guest.random())
                    })
                }
            }

            impl insecure_seed::Host for Guest {
                fn $seed(&mut self) -> wasmtime::Result<(u64, u64)> {
                    self.random_number("insecure-seed", |guest| {
                        insecure_seed::Host::$seed(guest.random())
                    })
                }
            }

            impl environment::Host for Guest {
                fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
                    let ask =
                        |guest: &mut Guest| environment::Host::get_environment(&mut guest.cli());
                    self.of_environment("get-environment", ask, |variables| {
                        crate::activity::list(variables.iter().map(|(name, _)| name.as_str()))
                    })
                }

                fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
                    let ask =
                        |guest: &mut Guest| environment::Host::get_arguments(&mut guest.cli());
                    self.of_environment("get-arguments", ask, |arguments| {
                        crate::activity::list(arguments.iter().map(String::as_str))
                    })
                }

                fn $directory(&mut self) -> wasmtime::Result<Option<String>> {
                    let ask = |guest: &mut Guest| environment::Host::$directory(&mut guest.cli());
                    self.of_environment("initial-cwd", ask, |_| "nothing".to_owned())
                }
            }
        };
    };
}

watch!(p2, initial_cwd, insecure_seed);
watch!(p3, get_initial_cwd, get_insecure_seed);
