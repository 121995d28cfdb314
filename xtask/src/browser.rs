//! Runs the Playwright tests and measurements of `end2end/` against the real server and the real components.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::command;
use crate::components;
use crate::frontend;
use crate::layout;
use crate::setup;

/// Runs the tests and closes with a line `N passed, N failed`, which those who read logs look for.
pub fn test() -> Result<()> {
    setup::for_browser_tests()?;
    let report = layout::at("target/playwright.json");
    if report.exists() {
        // A report of an earlier run must not pass for one of this.
        fs::remove_file(&report)
            .with_context(|| format!("{} cannot be removed", report.display()))?;
    }
    let status = command::status(
        playwright()?
            .arg("--reporter=list,json")
            .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
            .env("WASMTIME", setup::wasmtime()?),
    )?;
    let report = fs::read_to_string(&report)
        .context("Playwright left no report: look at its messages above")?;
    let stats = Stats::read(&report)?;
    println!("{}", stats.closing_line());
    if !status.success() {
        bail!("browser tests failed ({status}): end2end/test-results has their traces");
    }
    if stats.passed() == 0 {
        bail!("no browser test ran");
    }
    Ok(())
}

/// Measures the canvas beside React Flow's, and prints the table.
pub fn bench() -> Result<()> {
    setup::for_editor_bench()?;
    frontend::build()?;
    components::build(false, false)?;
    command::run(
        command::cargo().args(["build", "--package", "patchbay"]),
        "Look at the compiler's messages above.",
    )?;
    command::run(
        playwright()?.args(["--config", "bench.config.ts"]),
        "Look at the message above.",
    )
}

/// `playwright test` with the server, the components and the browser that it needs.
fn playwright() -> Result<Command> {
    let mut command = command::program("npx");
    command
        .args(["playwright", "test"])
        .current_dir(layout::at("end2end"))
        .env("CHROMIUM", setup::chromium()?)
        .env("PATCHBAY_BIN", layout::server_binary())
        .env("PATCHBAY_SITE", layout::site())
        .env("PATCHBAY_COMPONENTS", layout::components());
    Ok(command)
}

/// How many tests ended how, in Playwright's words: a flaky test passed when it was tried again.
#[derive(Debug, Deserialize)]
struct Stats {
    expected: usize,
    flaky: usize,
    unexpected: usize,
    skipped: usize,
}

impl Stats {
    fn read(report: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Report {
            stats: Stats,
        }
        let report: Report =
            serde_json::from_str(report).context("Playwright's report cannot be read")?;
        Ok(report.stats)
    }

    fn passed(&self) -> usize {
        self.expected + self.flaky
    }

    fn closing_line(&self) -> String {
        let mut line = format!("{} passed, {} failed", self.passed(), self.unexpected);
        if self.skipped > 0 {
            line.push_str(&format!(", {} skipped", self.skipped));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::Stats;

    #[test]
    fn flaky_tests_count_as_passed() {
        let report = r#"{ "suites": [], "stats": { "duration": 1.5, "expected": 3, "flaky": 1, "unexpected": 2, "skipped": 0 } }"#;
        assert_eq!(
            Stats::read(report).unwrap().closing_line(),
            "4 passed, 2 failed"
        );
    }

    #[test]
    fn skipped_tests_are_told() {
        let stats = Stats {
            expected: 3,
            flaky: 0,
            unexpected: 0,
            skipped: 1,
        };
        assert_eq!(stats.closing_line(), "3 passed, 0 failed, 1 skipped");
    }
}
