//! `/metrics`: numbers for whoever runs the server, in the text format of Prometheus.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use patchbay_runner::CompileCounts;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper ends of the buckets, in seconds.
const BUCKETS: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 10.0];

/// What has been counted since the server started.
#[derive(Debug, Default)]
pub struct Metrics {
    editor: Requests,
    previews: Requests,
}

/// Requests to one of the two kinds of sites.
#[derive(Debug, Default)]
struct Requests {
    /// By the first digit of the status.
    statuses: [AtomicU64; 5],
    /// By how long the head of the response took; a bucket does not hold what is in those before it.
    buckets: [AtomicU64; BUCKETS.len() + 1],
    micros: AtomicU64,
}

impl Metrics {
    /// Counts a request whose head took so long.
    pub fn count(&self, to_preview: bool, status: StatusCode, took: Duration) {
        let requests = match to_preview {
            true => &self.previews,
            false => &self.editor,
        };
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        let bucket = BUCKETS.partition_point(|end| *end < took.as_secs_f64());
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        requests.statuses[class].fetch_add(1, Ordering::Relaxed);
        requests.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        requests.micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn write(
        &self,
        (running, aside): (usize, usize),
        functions: CompileCounts,
        modules: CompileCounts,
    ) -> String {
        let mut text = format!(
            "# HELP patchbay_previews Previews that run, and that were put aside until they are asked again.\n\
             # TYPE patchbay_previews gauge\n\
             patchbay_previews{{state=\"running\"}} {running}\n\
             patchbay_previews{{state=\"aside\"}} {aside}\n\
             # HELP patchbay_functions_total Functions of components, compiled anew or found among those compiled before.\n\
             # TYPE patchbay_functions_total counter\n\
             patchbay_functions_total{{from=\"compiler\"}} {}\n\
             patchbay_functions_total{{from=\"cache\"}} {}\n\
             # HELP patchbay_modules_total Large core modules of components, compiled anew or found among those compiled before.\n\
             # TYPE patchbay_modules_total counter\n\
             patchbay_modules_total{{from=\"compiler\"}} {}\n\
             patchbay_modules_total{{from=\"cache\"}} {}\n",
            functions.compiled, functions.found, modules.compiled, modules.found
        );
        let sites = [("editor", &self.editor), ("preview", &self.previews)];
        text += "# HELP patchbay_http_requests_total Requests answered, by site and class of status.\n\
                 # TYPE patchbay_http_requests_total counter\n";
        for (site, requests) in sites {
            for (class, count) in (1..).zip(&requests.statuses) {
                let count = count.load(Ordering::Relaxed);
                let labels = format!("site=\"{site}\",status=\"{class}xx\"");
                line(&mut text, "patchbay_http_requests_total", &labels, count);
            }
        }
        text += "# HELP patchbay_http_request_seconds Time to the head of the response.\n\
                 # TYPE patchbay_http_request_seconds histogram\n";
        for (site, requests) in sites {
            let mut total = 0;
            let ends = BUCKETS.iter().map(ToString::to_string);
            let ends = ends.chain(["+Inf".to_owned()]);
            for (end, count) in ends.zip(&requests.buckets) {
                total += count.load(Ordering::Relaxed);
                let labels = format!("site=\"{site}\",le=\"{end}\"");
                line(
                    &mut text,
                    "patchbay_http_request_seconds_bucket",
                    &labels,
                    total,
                );
            }
            let seconds = requests.micros.load(Ordering::Relaxed) as f64 / 1e6;
            let labels = format!("site=\"{site}\"");
            line(
                &mut text,
                "patchbay_http_request_seconds_sum",
                &labels,
                seconds,
            );
            line(
                &mut text,
                "patchbay_http_request_seconds_count",
                &labels,
                total,
            );
        }
        text
    }
}

fn line(text: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    // Writing to a text does not fail.
    let _ = writeln!(text, "{name}{{{labels}}} {value}");
}

/// Shows them.
pub async fn show(State(state): State<AppState>) -> ([(HeaderName, &'static str); 1], String) {
    let runner = state.previews.runner();
    let (functions, modules) = (runner.functions(), runner.modules());
    let text = state
        .metrics
        .write(state.previews.counts(), functions, modules);
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_site_status_and_time() {
        let metrics = Metrics::default();
        metrics.count(true, StatusCode::OK, Duration::from_millis(3));
        metrics.count(true, StatusCode::BAD_GATEWAY, Duration::from_secs(60));
        let functions = CompileCounts {
            found: 3,
            compiled: 4,
        };
        let modules = CompileCounts {
            found: 5,
            compiled: 6,
        };
        let text = metrics.write((1, 2), functions, modules);
        for line in [
            "patchbay_previews{state=\"aside\"} 2",
            "patchbay_functions_total{from=\"compiler\"} 4",
            "patchbay_functions_total{from=\"cache\"} 3",
            "patchbay_modules_total{from=\"compiler\"} 6",
            "patchbay_modules_total{from=\"cache\"} 5",
            "patchbay_http_requests_total{site=\"preview\",status=\"2xx\"} 1",
            "patchbay_http_requests_total{site=\"editor\",status=\"2xx\"} 0",
            "patchbay_http_request_seconds_bucket{site=\"preview\",le=\"0.001\"} 0",
            "patchbay_http_request_seconds_bucket{site=\"preview\",le=\"0.005\"} 1",
            "patchbay_http_request_seconds_bucket{site=\"preview\",le=\"+Inf\"} 2",
            "patchbay_http_request_seconds_count{site=\"preview\"} 2",
            "patchbay_http_request_seconds_sum{site=\"preview\"} 60.003",
        ] {
            assert!(text.lines().any(|it| it == line), "no {line} in {text}");
        }
    }
}
