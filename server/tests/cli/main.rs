//! The `patchbay` program as a process: what it prints, and its exit codes.

mod adapt;
mod call;
mod check;
mod compose_config;
mod goldens;
mod inspect;
mod open;
mod plug;
mod run;
mod servers;
mod stub;
mod support;
mod wac;
mod wiring;
