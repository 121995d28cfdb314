//! The `patchbay` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    patchbay_server::cli::main()
}
