//! Sentences, and numbers for people.

use super::{MemoryLimit, Pool, RequestPart, TimeLimit};
use crate::program::Use;
use std::fmt;
use std::time::Duration;

pub(super) fn time_sentence(kind: TimeLimit, nodes: &[String]) -> String {
    let who = match kind {
        TimeLimit::CommandCpu | TimeLimit::CommandWall => "The command",
        TimeLimit::Cpu | TimeLimit::Wall | TimeLimit::FirstByte => "The component",
    };
    let may = match kind {
        TimeLimit::Cpu => ". Is there a loop without an end? For one request it may compute for",
        TimeLimit::CommandCpu => ". Is there a loop without an end? It may compute for",
        TimeLimit::CommandWall => ": it may take",
        TimeLimit::Wall => ": one request may take, body included,",
        TimeLimit::FirstByte => ": it has to begin its response within",
    };
    format!("{who} ran out of time{}{may}", within(nodes))
}

pub(super) fn memory_sentence(kind: MemoryLimit, limit: u64, asked: u64) -> String {
    let bytes = |n: u64| size(usize::try_from(n).unwrap_or(usize::MAX));
    match kind {
        MemoryLimit::Total => format!(
            "The component ran out of memory: all its memories together may have {}, and it asked for {}.",
            bytes(limit),
            bytes(asked)
        ),
        MemoryLimit::Each => format!(
            "The component ran out of memory: each of its memories may have {}, and it asked for {}.",
            bytes(limit),
            bytes(asked)
        ),
        MemoryLimit::TableElements => format!(
            "The component ran out of room in its tables: together they may have {limit} elements, and it asked for \
             {asked}."
        ),
    }
}

pub(super) fn full_sentence(pool: Pool, limit: usize, name: &str) -> String {
    let what = match pool {
        Pool::Memories => "memories",
        Pool::Tables => "tables",
        Pool::Stacks => "stacks",
    };
    format!(
        "The sandbox is full: all components that run have {limit} {what} together, and there is none left for this one. Try \
         again in a moment; who runs the server can raise {name}."
    )
}

pub(super) fn unfit_sentence(what: Use) -> &'static str {
    match what {
        Use::Http => "This component does not answer HTTP requests.",
        Use::Command => "This component is not a command.",
        Use::Calls => "This component exports no functions.",
    }
}

pub(super) fn request_sentence(part: RequestPart, limit: usize) -> String {
    match part {
        RequestPart::Body => format!(
            "The request body is longer than {}, the most a preview takes.",
            size(limit)
        ),
        RequestPart::Url => format!(
            "The path and query are longer than {}, the most a preview takes.",
            size(limit)
        ),
        RequestPart::HeaderBytes => {
            format!(
                "The request headers are longer than {}, the most a preview takes.",
                size(limit)
            )
        }
        RequestPart::HeaderCount => {
            format!("The request has more than {limit} headers, the most a preview takes.")
        }
    }
}

pub(super) fn names_or_nothing(names: &[String]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

/// Seconds for people: `1 s`, `0.25 s`.
struct Seconds(Duration);

pub(super) fn duration(value: Duration) -> impl fmt::Display {
    Seconds(value)
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}

/// That a server took longer than [`Limits::service_time`](crate::Limits::service_time), or so many times as long.
pub(crate) fn late(limit: Duration) -> String {
    format!("it took longer than {} (service-time)", duration(limit))
}

/// Bytes for people: `64 MiB`, `1.5 KiB`, `12 bytes`.
pub(crate) fn size(bytes: usize) -> String {
    let (unit, name) = match bytes {
        0..1024 => return format!("{bytes} bytes"),
        1024..1_048_576 => (1024.0, "KiB"),
        _ => (1_048_576.0, "MiB"),
    };
    let rounded = (bytes as f64 / unit * 10.0).round() / 10.0;
    format!("{rounded} {name}")
}

/// ` in a` or ` in a or b`, where it is known.
pub(super) fn within(nodes: &[String]) -> String {
    match nodes {
        [] => String::new(),
        nodes => format!(" in {}", nodes.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        assert_eq!(size(12), "12 bytes");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(64 << 20), "64 MiB");
    }
}
