//! Evaluates its arguments, joined with spaces, or, when there are none, every line of its standard input.
//!
//! Prints one result a line. The exit code is 1 when any expression could not be evaluated.

use std::env;
use std::io;
use std::process::ExitCode;

use patchbay::calculator::evaluator;

wit_bindgen::generate!({
    path: "../wit",
    world: "calculator-cli",
    generate_all,
});

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let mut all_well = true;
    if arguments.is_empty() {
        for line in io::stdin().lines() {
            let line = line?;
            if !line.trim().is_empty() {
                all_well &= answer(&line);
            }
        }
    } else {
        all_well = answer(&arguments.join(" "));
    }
    Ok(if all_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Prints the value of `expression`, or what is wrong with it, and says whether it had a value.
fn answer(expression: &str) -> bool {
    match evaluator::evaluate(expression) {
        Ok(value) => {
            println!("{value}");
            true
        }
        Err(evaluator::Error { position, message }) => {
            eprintln!("{expression}");
            eprintln!("{:>width$}", '^', width = position as usize + 1);
            eprintln!("error: {message}");
            false
        }
    }
}
