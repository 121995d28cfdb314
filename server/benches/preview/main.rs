//! Previews beside `wasmtime serve`, by turns in one run: `cargo xtask bench preview`.
//!
//! Both serve the same bytes, on this machine, which has to make the requests too. `cargo bench --bench preview -- neighbours`
//! measures that alone; see `main`.

mod load;
mod served;

use load::{Measured, attack, load};
use patchbay_model::{ComponentInfo, Graph};
use served::{Patchbay, Place, Wasmtime};
use std::error::Error;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each is measured, by turns; the median counts.
const ROUNDS: usize = 5;

/// For so long each time.
const SECONDS: u32 = 2;

/// What the guard of the sample lets through.
const TOKEN: &str = "Authorization: Bearer patchbay";

/// A guest by hand; what it does is put in.
const TEMPLATE: &str = include_str!("../../../crates/runner/tests/guests/template.wat");

#[tokio::main]
async fn main() -> Result<()> {
    // Without names all of them.
    let named: Vec<String> = std::env::args().skip(1).collect();
    let named: Vec<_> = named.iter().filter(|it| !it.starts_with('-')).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|it| *it == name);
    if wanted("throughput") {
        throughput().await?;
    }
    if wanted("beginnings") {
        beginnings().await?;
    }
    if wanted("polyglot") {
        polyglot().await?;
    }
    if wanted("neighbours") {
        neighbours().await?;
    }
    if wanted("idle") {
        idle().await?;
    }
    Ok(())
}

/// Requests per second and latencies, at 1, 8 and 32 connections.
async fn throughput() -> Result<()> {
    let patchbay = Patchbay::start(&[])?;
    let guarded = patchbay.sample("guarded-hello").await?;
    let hello = patchbay.component("patchbay:http-hello").await?;
    println!("| component | connections | | Patchbay | `wasmtime serve` | ratio |");
    println!("| --- | ---: | --- | ---: | ---: | ---: |");
    for (name, graph) in [("one node", hello), ("three nodes", guarded)] {
        let fused = tempfile::NamedTempFile::with_suffix(".wasm")?;
        fs::write(fused.path(), patchbay.fuse(&graph).await?)?;
        let peer = Wasmtime::start(fused.path()).await?;
        let own = patchbay.preview(&graph).await?;
        for connections in [1, 8, 32] {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                ours.push(load(&own, connections, SECONDS, &[TOKEN])?);
                theirs.push(load(&peer.place, connections, SECONDS, &[TOKEN])?);
            }
            let row = |what, of: fn(&Measured) -> f64, more_is_better| {
                let (ours, theirs) = (median(ours.iter().map(of)), median(theirs.iter().map(of)));
                let ratio = if more_is_better {
                    ours / theirs
                } else {
                    theirs / ours
                };
                println!(
                    "| {name} | {connections} | {what} | {ours:.2} | {theirs:.2} | {ratio:.2} |"
                );
            };
            row("requests a second", |it| it.requests_per_second, true);
            row("median, ms", |it| it.median, false);
            row("99 of 100, ms", |it| it.of_99, false);
        }
    }
    println!("\nA ratio above 1 is in Patchbay's favour.\n");
    Ok(())
}

/// From Build to the first answer, and what the first request takes more than a later one.
async fn beginnings() -> Result<()> {
    let (mut cold, mut cached, mut first) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let patchbay = Patchbay::start(&[])?;
        let graph = patchbay.sample("guarded-hello").await?;
        cold.push(build(&patchbay, &graph).await?);
        for _ in 0..ROUNDS {
            cached.push(build(&patchbay, &graph).await?);
        }
        for _ in 0..ROUNDS {
            let place = patchbay.preview(&graph).await?;
            // What the first request in this preview takes, over a connection that is there already.
            let begun = patchbay.ask(&place, 401).await?;
            let mut later = Vec::new();
            for _ in 0..20 {
                later.push(patchbay.ask(&place, 401).await?.as_secs_f64());
            }
            first.push(begun.as_secs_f64() - median(later.into_iter()));
        }
    }
    let ms = |times: Vec<f64>| median(times.into_iter()) * 1e3;
    println!("| the sample of three nodes in Rust | ms |");
    println!("| --- | ---: |");
    println!(
        "| from Build to the first answer, the first time on a new server | {:.0} |",
        ms(cold)
    );
    println!(
        "| from Build to the first answer, built before | {:.1} |",
        ms(cached)
    );
    println!(
        "| first request of a preview, more than a later one | {:.2} |",
        ms(first)
    );
    println!();
    Ok(())
}

/// How long a graph of 30 MB in three languages is waited for, by somebody who runs it at once, by somebody who has
/// drawn it and looked at it for ten seconds, and where its components were seen before, in another graph.
async fn polyglot() -> Result<()> {
    println!("| the sample in JavaScript, Python and Rust, from Run to running | s |");
    println!("| --- | ---: |");
    for (when, wait) in [
        ("at once, on a new server", 0),
        ("ten seconds after it was drawn", 10),
    ] {
        let patchbay = Patchbay::start(&[])?;
        let graph = patchbay.sample("polyglot-calculator").await?;
        patchbay.expect(&graph).await?;
        tokio::time::sleep(Duration::from_secs(wait)).await;
        let waited = run(&patchbay, &graph).await?;
        println!("| {when} | {waited:.2} |");
    }
    let patchbay = Patchbay::start(&[])?;
    let seen = patchbay.sample("polyglot-calculator").await?;
    run(&patchbay, &seen).await?;
    let graph = seen.to_json().replacen("\"evaluator\"", "\"reckoner\"", 1);
    let waited = run(&patchbay, &Graph::from_json(&graph)?).await?;
    println!("| of components that were seen before | {waited:.2} |");
    println!();
    Ok(())
}

/// From Run to running, in seconds.
async fn run(patchbay: &Patchbay, graph: &Graph) -> Result<f64> {
    let began = Instant::now();
    patchbay.preview(graph).await?;
    Ok(began.elapsed().as_secs_f64())
}

/// In seconds.
async fn build(patchbay: &Patchbay, graph: &Graph) -> Result<f64> {
    let began = Instant::now();
    let place = patchbay.preview(graph).await?;
    // The guard says no, which takes it and the logging around it.
    patchbay.ask(&place, 401).await?;
    Ok(began.elapsed().as_secs_f64())
}

/// The latency of one preview while others misbehave.
async fn neighbours() -> Result<()> {
    let patchbay = Patchbay::start(&[])?;
    let good = patchbay.component("patchbay:http-hello").await?;
    let good = patchbay.preview(&good).await?;
    let mut hostile = Vec::new();
    for (name, handle) in [
        ("loop", "(loop $more (br $more))"),
        (
            "grow",
            "(loop $more (drop (memory.grow (i32.const 16))) (br $more))",
        ),
        ("hoard", "(loop $more (drop (call $new-fields)) (br $more))"),
        (
            "endless",
            "(call $begin (local.get $out)) (loop $more (call $say (i32.const 0) (i32.const 4096)) (br $more))",
        ),
    ] {
        let text = TEMPLATE.replacen("\n      ;;HANDLE", &format!("\n{handle}"), 1);
        let graph = patchbay.upload(name, text.into_bytes()).await?;
        hostile.push(patchbay.preview(&graph).await?);
    }
    let (mut alone, mut among) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(load(&good, 2, SECONDS, &[])?);
        let attacks = begin(&hostile);
        thread::sleep(Duration::from_secs(1));
        among.push(load(&good, 2, SECONDS, &[])?);
        for attack in attacks {
            attack.join().map_err(|_| "an attack panicked")??;
        }
    }
    println!(
        "| another preview's requests, two connections | alone | while four hostile ones run | ratio |"
    );
    println!("| --- | ---: | ---: | ---: |");
    let row = |what, of: fn(&Measured) -> f64| {
        let (alone, among) = (median(alone.iter().map(of)), median(among.iter().map(of)));
        println!(
            "| {what} | {alone:.2} | {among:.2} | {:.1} |",
            among / alone
        );
    };
    row("median, ms", |it| it.median);
    row("99 of 100, ms", |it| it.of_99);
    println!();
    Ok(())
}

/// Two connections for each, for as long as the good one is measured.
fn begin(hostile: &[Place]) -> Vec<thread::JoinHandle<std::result::Result<(), String>>> {
    let threads = hostile.iter().cloned().map(|place| {
        thread::spawn(move || attack(&place, 2, SECONDS + 2).map_err(|error| error.to_string()))
    });
    threads.collect()
}

/// What a thousand previews hold that nobody asks for anything.
async fn idle() -> Result<()> {
    const PREVIEWS: u32 = 1_000;
    let patchbay = Patchbay::start(&[("previews", PREVIEWS)])?;
    let graph = patchbay.sample("guarded-hello").await?;
    let place = patchbay.preview(&graph).await?;
    patchbay.ask(&place, 401).await?;
    let before = patchbay.resident()?;
    for _ in 1..PREVIEWS {
        let place = patchbay.preview(&graph).await?;
        patchbay.ask(&place, 401).await?;
    }
    let mib = |bytes: usize| bytes >> 20;
    let after = patchbay.resident()?;
    println!("| memory of the server | MiB |");
    println!("| --- | ---: |");
    println!("| one preview | {} |", mib(before));
    println!(
        "| {PREVIEWS} idle previews, each asked once | {} |",
        mib(after)
    );
    Ok(())
}

/// A graph of one instance of a component, which is exported as it is.
fn graph_of(info: &ComponentInfo) -> Result<Graph> {
    let exports: Vec<_> = info
        .exports
        .iter()
        .map(|port| serde_json::json!({ "name": port.name, "node": "n1", "port": port.name }))
        .collect();
    let document = serde_json::json!({
        "patchbay": 1,
        "name": "Measured",
        "nodes": [{
            "id": "n1",
            "name": "measured",
            "component": { "package": info.package, "digest": info.digest },
            "position": { "x": 0.0, "y": 0.0 },
        }],
        "exports": exports,
    });
    Ok(Graph::from_json(&document.to_string())?)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
